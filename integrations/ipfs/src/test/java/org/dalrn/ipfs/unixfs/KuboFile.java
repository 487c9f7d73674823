package org.dalrn.ipfs.unixfs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dalrn.ipfs.Contents;

/** What a real node said of a file; made by {@code peers/vectors.py}. */
public record KuboFile(String content, int size, FileLayout layout, String cid, Optional<String> carSha256) {

    public static List<KuboFile> all() {
        try (InputStream in = KuboFile.class.getResourceAsStream("/vectors/kubo-files.json")) {
            List<KuboFile> files = new ArrayList<>();
            for (JsonNode file : new JsonMapper().readTree(in).path("files")) {
                files.add(new KuboFile(
                        file.path("content").asText(),
                        file.path("size").asInt(),
                        new FileLayout(
                                file.path("chunkBytes").asInt(),
                                file.path("maxLinks").asInt()),
                        file.path("cid").asText(),
                        Optional.ofNullable(file.get("car")).map(JsonNode::asText)));
            }
            return files;
        } catch (IOException unreadable) {
            throw new IllegalStateException("the vectors cannot be read", unreadable);
        }
    }

    public byte[] bytes() {
        return Contents.of(content, size);
    }

    @Override
    public String toString() {
        return size + " " + content + " in " + layout.chunkBytes() + " x " + layout.maxLinks();
    }
}
