package org.dalrn.podp.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.dalrn.podp.receipt.Facts;
import org.dalrn.podp.receipt.Receipt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplanationTest {
    @TempDir
    Path folder;

    private static Teller teller(String sentence) {
        return new Teller() {
            @Override
            public Set<String> types() {
                return Set.of("update/1", "sum/12");
            }

            @Override
            public String tell(Receipt receipt) {
                return sentence.replace("SEQ", Long.toString(receipt.seq()));
            }
        };
    }

    @Test
    void tell_aBundle_isALineForTheLogAndOneForEachReceipt() throws IOException {
        StringBuilder out = new StringBuilder();
        try (Bundle bundle = Bundle.open(Files.write(folder.resolve("run.tar"), BundleTest.ofPython()))) {
            Explanation.by(List.of(teller("update SEQ came in"))).tell(bundle, out);
        }
        assertThat(out.toString().split("\n", -1))
                .hasSize(7)
                .startsWith(
                        "log example.org/hospitals/heart-1f2e3d4c, 5 receipts, root "
                                + SampleLog.root(SampleLog.entries()),
                        "0  run-opened/1 made model d4dfd7946e1c with clients=3, rate=3f847ae147ae147b",
                        "1  update 1 came in",
                        "2  update 2 came in")
                .endsWith("");
    }

    @Test
    void sentence_ofForeignText_neverSteersATerminal() {
        String evil = "a\u001b[2Jb\rc\nd\u0085e\u202ef\u2028g\u0000h\u200bi\ue000j";
        Facts facts = new Facts("other/1", List.of(), List.of(), new TreeMap<>(Map.of("name", evil, evil, "value")));
        Receipt receipt = SampleLog.chain(facts).get(0);
        String clean = "a?[2Jb?c?d?e?f?g?h?i?j";
        assertThat(Explanation.by(List.of()).sentence(receipt))
                .isEqualTo("other/1 with " + clean + "=value, name=" + clean);
        Receipt known = SampleLog.chain(new Facts("update/1", List.of(), List.of(), new TreeMap<>()))
                .get(0);
        assertThat(Explanation.by(List.of(teller(evil))).sentence(known)).isEqualTo(clean);
    }

    @Test
    void sentence_ofAnyLength_isBounded() {
        TreeMap<String, Object> parameters = new TreeMap<>();
        for (int i = 0; i < 100; i++) {
            parameters.put("field-" + i, "\ud83d\ude00".repeat(200));
        }
        Receipt receipt = SampleLog.chain(new Facts("other/1", List.of(), List.of(), parameters))
                .get(0);
        assertThat(Explanation.by(List.of()).sentence(receipt).codePoints().count())
                .isBetween(400L, 500L);
        Receipt known = SampleLog.chain(new Facts("update/1", List.of(), List.of(), parameters))
                .get(0);
        assertThat(Explanation.by(List.of(teller("x".repeat(1000)))).sentence(known))
                .hasSize(500);
    }

    @Test
    void sentence_ofATellerThatFails_isThatOfTheFields() {
        Teller failing = new Teller() {
            @Override
            public Set<String> types() {
                return Set.of("update/1");
            }

            @Override
            public String tell(Receipt receipt) {
                return "" + receipt.facts().outputs().get(0);
            }
        };
        Receipt receipt = SampleLog.chain(new Facts("update/1", List.of(), List.of(), new TreeMap<>()))
                .get(0);
        assertThat(Explanation.by(List.of(failing)).sentence(receipt)).isEqualTo("update/1");
    }
}
