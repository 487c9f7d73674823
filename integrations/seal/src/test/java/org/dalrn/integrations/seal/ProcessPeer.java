package org.dalrn.integrations.seal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A peer in a process of its own: one JSON request and answer per line. */
final class ProcessPeer implements Peer {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final Writer requests;
    private final BufferedReader answers;
    private final About about;

    private ProcessPeer(Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        process = builder.start();
        requests = process.outputWriter();
        answers = process.inputReader();
        JsonNode told = ask(JSON.createObjectNode().put("do", "about"));
        String version = told.get("version").asText();
        about = new About(
                told.get("peer").asText(),
                Integer.parseInt(version.substring("SEAL 4.".length())),
                texts(told.get("writes")),
                texts(told.get("reads")));
    }

    static ProcessPeer nodeSeal() throws IOException {
        Path home = Peers.folder();
        return new ProcessPeer(
                Map.of("NODE_PATH", home.resolve("node/node_modules").toString()),
                List.of("node", script("node/peer.js")));
    }

    /**
     * A peer in a Python wheel.
     *
     * @param library {@code tenseal} or {@code seal}
     */
    static ProcessPeer python(String library) throws IOException {
        Path home = Peers.folder();
        return new ProcessPeer(
                Map.of(), List.of(home.resolve("venv/bin/python").toString(), script("python/peer.py"), library));
    }

    private static String script(String name) {
        return Path.of("peers").resolve(name).toAbsolutePath().toString();
    }

    /** Sends one request. */
    JsonNode ask(ObjectNode request) throws IOException {
        requests.write(JSON.writeValueAsString(request) + "\n");
        requests.flush();
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the peer ended at " + request);
        }
        JsonNode answer = JSON.readTree(line);
        if (answer.has("error")) {
            throw new IOException(
                    "the peer answers " + request + ": " + answer.get("error").asText());
        }
        return answer;
    }

    static ObjectNode request(String act, Path folder) {
        return JSON.createObjectNode().put("do", act).put("folder", folder.toString());
    }

    static ObjectNode request(String act, Path folder, Ring ring) {
        ObjectNode request = request(act, folder).put("degree", ring.degree()).put("log2Scale", ring.log2Scale());
        request.set("bits", JSON.valueToTree(ring.bits()));
        return request;
    }

    @Override
    public About about() {
        return about;
    }

    @Override
    public Map<String, String> make(Path folder, Ring ring, String compression) throws IOException {
        JsonNode answer = ask(request("make", folder, ring).put("compression", compression));
        Map<String, String> cannot = new TreeMap<>();
        answer.get("cannot")
                .properties()
                .forEach(e -> cannot.put(e.getKey(), e.getValue().asText()));
        return cannot;
    }

    @Override
    public Map<String, Answer> check(Path folder, Ring ring) throws IOException {
        Map<String, Answer> results = new TreeMap<>();
        ask(request("check", folder, ring))
                .get("results")
                .properties()
                .forEach(e -> results.put(e.getKey(), answer(e.getValue())));
        return results;
    }

    private static Answer answer(JsonNode result) {
        if (result.has("error")) {
            return new Answer(null, null, result.get("error").asText());
        }
        if (result.has("values")) {
            return Answer.of(doubles(result.get("values")));
        }
        return new Answer(
                null,
                result.get("parmsId").asText() + " "
                        + result.get("firstParmsId").asText(),
                null);
    }

    static double[] doubles(JsonNode array) {
        return Peer.values(array.size(), i -> array.get(i).asDouble());
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    @Override
    public void close() {
        try {
            requests.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            process.destroy();
        }
    }
}
