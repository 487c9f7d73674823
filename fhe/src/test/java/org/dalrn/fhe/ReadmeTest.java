package org.dalrn.fhe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.dalrn.fhe.ckks.CkksParameters;
import org.dalrn.fhe.ckks.CkksVector;
import org.dalrn.fhe.ckks.CkksVectors;
import org.dalrn.fhe.ckks.JavaCkksEngine;
import org.dalrn.fhe.rlwe.KeyGenerator;
import org.dalrn.fhe.rlwe.SecretKey;
import org.dalrn.fhe.rlwe.SecurityStandard;
import org.junit.jupiter.api.Test;

/** The snippet of the README is this file's, so it compiles and gives what it says. */
class ReadmeTest {
    private static final Path README = Path.of("README.md");

    @Test
    void readme_snippet_computesWhatItSays() {
        SecureRandom random = new SecureRandom();
        // begin
        CkksParameters parameters = CkksParameters.of(8192, SecurityStandard.HES_2018_CLASSICAL, 60, 40, 40, 60);
        KeyGenerator generator = KeyGenerator.of(parameters.context(), random);
        SecretKey secret = generator.secretKey();
        CkksVectors vectors = CkksVectors.builder(JavaCkksEngine.of(parameters, random))
                .scale(0x1p40)
                .publicKey(generator.publicKey(secret))
                .relinearizationKey(generator.relinearizationKey(secret))
                .galoisKeys(generator.galoisKeys(secret))
                .build();
        CkksVector features = vectors.encrypt(0.5, -1.25, 2); // whoever has the public key
        CkksVector score = features.dot(new double[] {1, 2, 3}).add(0.5).square(); // whoever has the ciphertexts
        double[] opened = score.decrypt(secret).roundedTo(12); // whoever has the secret key: 20.25
        // end
        assertThat(opened).containsExactly(20.25);
    }

    @Test
    void readme_snippet_isTheCompiledOne() throws IOException {
        List<String> source = Files.readAllLines(Path.of("src/test/java/org/dalrn/fhe/ReadmeTest.java"));
        String compiled =
                source.subList(source.indexOf("        // begin") + 1, source.indexOf("        // end")).stream()
                        .map(line -> line.substring(8))
                        .collect(Collectors.joining("\n"));
        String readme = Files.readString(README);
        int begin = readme.indexOf("```java\n") + "```java\n".length();
        assertThat(readme.substring(begin, readme.indexOf("\n```", begin))).isEqualTo(compiled);
    }

    @Test
    void readme_packages_areThoseOfTheModule() throws IOException {
        Matcher row =
                Pattern.compile("(?m)^\\| `(org\\.dalrn\\.fhe\\.[a-z]+)` \\|").matcher(Files.readString(README));
        List<String> named = row.results().map(result -> result.group(1)).toList();
        try (var folders = Files.list(Path.of("src/main/java/org/dalrn/fhe"))) {
            assertThat(folders.filter(Files::isDirectory)
                            .map(folder -> "org.dalrn.fhe." + folder.getFileName())
                            .toList())
                    .isSubsetOf(named);
        }
        assertThat(named).doesNotHaveDuplicates();
    }
}
