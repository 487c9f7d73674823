package org.dalrn.server.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.CoordinatorConfig;
import org.dalrn.server.gateway.OperatorToken;
import org.dalrn.server.gateway.PemTls;
import org.dalrn.server.settings.HostPort;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command finds the coordinator: options first, then the environment, then the local {@code dalrn.yaml}. */
final class RemoteOptions {

    static final String SERVER_VARIABLE = "DALRN_SERVER";
    static final String TOKEN_VARIABLE = "DALRN_TOKEN_FILE";
    static final String AUTHORITY_VARIABLE = "DALRN_CA_FILE";

    @Option(
            names = "--server",
            paramLabel = "URL",
            description =
                    "The coordinator's operator API. Default: $DALRN_SERVER, else operator.listen of ./dalrn.yaml,"
                            + " else http://127.0.0.1:9480.")
    @Nullable
    String server;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File with the operator token. Default: $DALRN_TOKEN_FILE, else the local data directory's.")
    @Nullable
    Path tokenFile;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "PEM file with the authority that signed the operator API's certificate. Default:"
                    + " $DALRN_CA_FILE, else the authorities that Java knows.")
    @Nullable
    Path authorityFile;

    OperatorClient connect(Shell shell) {
        boolean complete = given(server, shell, SERVER_VARIABLE).isPresent()
                && given(tokenFile, shell, TOKEN_VARIABLE).isPresent();
        Optional<CoordinatorConfig> local = complete ? Optional.empty() : Optional.of(localConfig(shell));
        URI uri = uri(given(server, shell, SERVER_VARIABLE).orElseGet(localServer(local)));
        Path token = given(tokenFile, shell, TOKEN_VARIABLE)
                .map(shell.folder()::resolve)
                .orElseGet(() -> required(local).operator().tokenFile());
        HttpClient.Builder http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10));
        given(authorityFile, shell, AUTHORITY_VARIABLE).ifPresent(file -> {
            try {
                http.sslContext(PemTls.clientContext(shell.folder().resolve(file)));
            } catch (IOException | IllegalArgumentException unusable) {
                throw new CliException(
                        ErrorCode.CONFIG_INVALID, "the authority's file cannot be used: " + unusable, unusable);
            }
        });
        return new OperatorClient(http.build(), uri, read(token));
    }

    /** What a coordinator that is started in this folder would use. */
    private static CoordinatorConfig localConfig(Shell shell) {
        Path file = shell.folder().resolve(CoordinatorConfig.FILE_NAME);
        return Files.exists(file) ? CoordinatorConfig.read(file) : CoordinatorConfig.defaults(shell.folder());
    }

    private static Supplier<String> localServer(Optional<CoordinatorConfig> local) {
        return () -> {
            CoordinatorConfig.OperatorSide operator = required(local).operator();
            HostPort listen = operator.listen();
            return (operator.tls().isPresent() ? "https://" : "http://") + listen;
        };
    }

    private static CoordinatorConfig required(Optional<CoordinatorConfig> local) {
        return local.orElseThrow(() -> new IllegalStateException("bug: the local configuration was not read"));
    }

    private static Optional<String> given(@Nullable Object option, Shell shell, String variable) {
        return Optional.ofNullable(option)
                .map(Object::toString)
                .or(() -> Optional.ofNullable(shell.environment().get(variable)))
                .filter(text -> !text.isEmpty());
    }

    private static URI uri(String text) {
        try {
            URI uri = URI.create(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException malformed) {
            throw new CliException(ErrorCode.CONFIG_INVALID, "the server '" + text + "' is no URL", malformed);
        }
        throw new CliException(
                ErrorCode.CONFIG_INVALID,
                "the server '" + text + "' is no http or https URL; write for instance http://127.0.0.1:9480");
    }

    private static OperatorToken read(Path file) {
        try {
            return OperatorToken.read(file);
        } catch (IOException unreadable) {
            throw new CliException(
                    ErrorCode.OPERATOR_TOKEN_REFUSED,
                    "the operator token cannot be read from " + file + "; the coordinator makes it at its first start"
                            + " in its data directory: name it with --token-file or " + TOKEN_VARIABLE,
                    unreadable);
        } catch (IllegalArgumentException noToken) {
            throw new CliException(ErrorCode.OPERATOR_TOKEN_REFUSED, file + ": " + noToken.getMessage(), noToken);
        }
    }
}
