package org.dalrn.ipfs.store;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dalrn.ipfs.IpfsException;
import org.dalrn.ipfs.IpfsFormatException;

/** A server that is asked over HTTP, with patience and limits. Thread-safe. */
final class HttpStore {
    /** Waits between attempts. */
    @FunctionalInterface
    interface Pause {
        void take(Duration duration) throws InterruptedException;
    }

    /** What came back, complete. */
    static final class Answer {
        private final int status;
        private final byte[] body;

        private Answer(int status, byte[] body) {
            this.status = status;
            this.body = body;
        }

        /** Of HTTP. */
        int status() {
            return status;
        }

        /** The bytes themselves, for whoever asked. */
        byte[] body() {
            return body;
        }

        /** The start of the body in a form that may stand in a message. */
        String excerpt() {
            return IpfsException.excerpt(new String(body, StandardCharsets.UTF_8).strip());
        }
    }

    /** Too many requests, bad gateway, unavailable, gateway timeout: the request itself is right. */
    private static final Set<Integer> LATER = Set.of(429, 502, 503, 504);

    private static final Duration CONNECT_TIME = Duration.ofSeconds(10);

    private final HttpClient http;
    private final URI base;
    private final RequestPolicy policy;
    private final Pause pause;

    HttpStore(URI base, RequestPolicy policy, HttpClient.Redirect redirect, Pause pause) {
        this.base = checked(base);
        this.policy = Objects.requireNonNull(policy, "policy");
        this.pause = Objects.requireNonNull(pause, "pause");
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(redirect)
                .connectTimeout(CONNECT_TIME)
                .build();
    }

    static void sleep(Duration duration) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    }

    private static URI checked(URI base) {
        String scheme = Objects.requireNonNull(base, "base").getScheme();
        boolean http = "http".equals(scheme) || "https".equals(scheme);
        if (!http
                || base.getHost() == null
                || base.getRawUserInfo() != null
                || base.getRawQuery() != null
                || base.getRawFragment() != null) {
            // Not the address itself: it may hold a password.
            throw new IllegalArgumentException(
                    "the address of an IPFS node or gateway is http or https, a host and perhaps a"
                            + " port and a path, nothing else; for instance http://127.0.0.1:5001");
        }
        return base;
    }

    URI base() {
        return base;
    }

    RequestPolicy policy() {
        return policy;
    }

    /** A request to a path below the address. */
    HttpRequest.Builder request(String pathAndQuery) {
        String address = base.toString();
        return HttpRequest.newBuilder(URI.create(
                (address.endsWith("/") ? address.substring(0, address.length() - 1) : address) + pathAndQuery));
    }

    /**
     * Asks, again if need be.
     *
     * @param what is asked, for messages: "block/get of CID"
     * @param longest answer, in bytes
     * @param again whether it may be asked twice
     * @throws StoreUnreachableException if no answer came
     * @throws IpfsFormatException if the answer is too long
     */
    Answer ask(HttpRequest request, String what, int longest, Duration time, boolean again) {
        int attempts = again ? policy.attempts() : 1;
        for (int attempt = 1; ; attempt++) {
            StoreUnreachableException failure;
            try {
                Answer answer = once(request, longest, time);
                if (!LATER.contains(answer.status())) {
                    return answer;
                }
                failure = new StoreUnreachableException(
                        unanswered(what, attempt) + "it answers " + answer.status() + ": " + answer.excerpt());
            } catch (BoundedBody.TooLongException tooLong) {
                throw new IpfsFormatException(
                        base + " answers " + what + " with more than " + longest + " bytes, which no right answer has",
                        tooLong);
            } catch (TimeoutException slow) {
                failure = new StoreUnreachableException(
                        unanswered(what, attempt) + "no whole answer within " + time.toMillis() + " ms", slow);
            } catch (IOException broken) {
                String why = broken.getMessage() == null ? broken.getClass().getSimpleName() : broken.getMessage();
                failure = new StoreUnreachableException(unanswered(what, attempt) + IpfsException.excerpt(why), broken);
            } catch (InterruptedException stop) {
                throw interrupted(what, attempt, stop);
            }
            if (attempt == attempts) {
                throw failure;
            }
            try {
                pause.take(
                        policy.pauseAfter(attempt, ThreadLocalRandom.current().nextDouble()));
            } catch (InterruptedException stop) {
                throw interrupted(what, attempt, stop);
            }
        }
    }

    private StoreUnreachableException interrupted(String what, int attempt, InterruptedException stop) {
        Thread.currentThread().interrupt();
        return new StoreUnreachableException(unanswered(what, attempt) + "the thread was interrupted", stop);
    }

    private String unanswered(String what, int attempt) {
        return base + " does not answer " + what + " (" + attempt + (attempt == 1 ? " attempt" : " attempts") + "): ";
    }

    private Answer once(HttpRequest request, int longest, Duration time)
            throws IOException, TimeoutException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> response = http.sendAsync(request, head -> new BoundedBody(longest));
        try {
            // A timeout of the request itself would end with the head of the answer.
            HttpResponse<byte[]> answer = response.get(time.toNanos(), TimeUnit.NANOSECONDS);
            return new Answer(answer.statusCode(), answer.body());
        } catch (ExecutionException failed) {
            for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
                if (cause instanceof BoundedBody.TooLongException tooLong) {
                    throw tooLong;
                }
            }
            if (failed.getCause() instanceof IOException broken) {
                throw broken;
            }
            throw new IOException("the request failed: " + failed.getCause(), failed);
        } finally {
            // Closes the connection of an answer that nobody waits for any more.
            response.cancel(true);
        }
    }
}
