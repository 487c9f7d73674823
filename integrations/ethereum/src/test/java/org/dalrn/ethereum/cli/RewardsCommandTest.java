package org.dalrn.ethereum.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.dalrn.ethereum.AnvilChain;
import org.dalrn.ethereum.SettledRun;
import org.dalrn.server.cli.CliException;
import org.dalrn.server.cli.CommandProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands in the order in which a funder, its partners and an auditor use them, on a local chain. */
class RewardsCommandTest {

    private static final String FUNDER = "0x008aeeda4d805471df9b2a5b0f38a0c3bcba786b";
    private static final long DAY = 86_400;
    private static final BigInteger WEI = BigInteger.TEN.pow(12);

    @TempDir
    Path folder;

    private SettledRun run;
    private Path bundle;
    private Path accounts;
    private Path payouts;

    @BeforeEach
    void files() throws IOException {
        run = SettledRun.twoRounds();
        bundle = run.write(folder.resolve("heart.bundle"));
        accounts = Files.writeString(folder.resolve("accounts.json"), SettledRun.accounts("clinic", "hospital", "lab"));
        payouts = folder.resolve("payouts.json");
    }

    private String run(int exit, List<String> words) {
        return run(exit, words.toArray(String[]::new));
    }

    private String run(int exit, String... words) {
        StringWriter out = new StringWriter();
        CommandLine top = new CommandLine(CommandLine.Model.CommandSpec.create().name("dalrn"));
        ServiceLoader.load(CommandProvider.class).stream()
                .filter(provider -> provider.type() == RewardsProvider.class || provider.type() == AnchorProvider.class)
                .forEach(provider -> top.addSubcommand(provider.get().command()));
        int ended = top.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (failure instanceof CliException expected) {
                        out.append(expected.code().name()).append(": ").append(expected.getMessage());
                        return org.dalrn.server.cli.ExitCode.of(expected.code()).number();
                    }
                    throw failure;
                })
                .execute(words);
        assertThat(ended).as(out.toString()).isEqualTo(exit);
        return out.toString();
    }

    private List<String> offline(String... more) {
        List<String> words = new ArrayList<>(List.of("rewards"));
        words.addAll(List.of(more));
        words.addAll(List.of("--key", run.key.publicKey().toString()));
        return words;
    }

    private List<String> payouts(String... more) {
        List<String> words = offline(
                "payouts",
                bundle.toString(),
                "--accounts",
                accounts.toString(),
                "--wei-per-unit",
                WEI.toString(),
                "--out",
                payouts.toString());
        words.addAll(List.of(more));
        return words;
    }

    private void account() throws IOException {
        try (InputStream in = AnvilChain.class.getResourceAsStream("keystore-scrypt.json")) {
            secret("key.json", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        secret("password", "testpassword\n");
    }

    private void secret(String name, String text) throws IOException {
        Files.writeString(
                Files.createFile(
                        folder.resolve(name),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))),
                text);
    }

    private List<String> sending(URI node, String... command) {
        List<String> words = new ArrayList<>(List.of("rewards"));
        words.addAll(List.of(command));
        words.addAll(List.of(
                "--node",
                node.toString(),
                "--chain-id",
                "31337",
                "--max-fee",
                "50",
                "--key",
                folder.resolve("key.json").toString(),
                "--password-file",
                folder.resolve("password").toString(),
                "--journal",
                folder.resolve("journal").toString(),
                "--wait",
                "0"));
        return words;
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }

    private String deployed(AnvilChain chain) throws IOException {
        run(0, sending(chain.uri(), "deploy"));
        chain.mine(1);
        JsonNode status = json(run(0, anchorStatus(chain)));
        return status.path("transactions").path(0).path("contract").asText();
    }

    private List<String> anchorStatus(AnvilChain chain) {
        List<String> words = sending(chain.uri(), "status", "--json");
        words.set(0, "anchor");
        return words;
    }

    private List<String> status(AnvilChain chain, String contract, String... more) {
        List<String> words = new ArrayList<>(List.of(
                "rewards",
                "status",
                payouts.toString(),
                "--node",
                chain.uri().toString(),
                "--contract",
                contract,
                "--distribution",
                "0"));
        words.addAll(List.of(more));
        return words;
    }

    @Test
    void rewards_fromReceiptsToTheLastClaim() throws IOException {
        assertThat(run(0, payouts()))
                .contains("example.org/hospitals/heart-1, 19 receipts, root ")
                .contains("0  clinic  61 cent = 61000000000000 wei to " + SettledRun.account("clinic"))
                .contains("1  hospital  20 cent = 20000000000000 wei to ")
                .contains("2  lab  119 cent = 119000000000000 wei to ")
                .contains("in all 200000000000000 wei to 3 accounts, root ");
        assertThat(run(
                        0,
                        offline(
                                "check",
                                payouts.toString(),
                                "--receipts",
                                bundle.toString(),
                                "--accounts",
                                accounts.toString())))
                .contains("verified: this is what the 2 allocations of the run sum to");
        account();
        try (AnvilChain chain = AnvilChain.start()) {
            chain.fund(FUNDER);
            String contract = deployed(chain);
            String deadline = chain.time().plusSeconds(2 * DAY).toString();
            String[] fund = {
                "fund", payouts.toString(), "--contract", contract, "--deadline", deadline,
            };
            assertThat(run(0, sending(chain.uri(), fund)))
                    .contains("transaction 1 (fund a distribution): pending 0x")
                    .contains("nothing is lost");
            chain.mine(1);
            String funded = run(0, sending(chain.uri(), fund));
            assertThat(funded)
                    .contains("transaction 1 (fund a distribution): included 0x")
                    .contains("distribution 0 of " + contract + " holds 200000000000000 wei until " + deadline)
                    .contains("not final yet");
            assertThat(run(0, status(chain, contract)))
                    .contains("not final yet: a reorganisation of the chain can still take this distribution away");
            chain.mine(4);
            JsonNode again = json(run(0, sending(chain.uri(), withJson(fund))));
            assertThat(again.path("distribution").asLong(-1)).isZero();
            assertThat(again.path("status").asText()).isEqualTo("final");
            assertThat(run(4, sending(URI.create("http://127.0.0.1:1"), fund)))
                    .contains("ANCHOR_LOOKUP_UNAVAILABLE: transaction 1 is in the journal and goes on")
                    .doesNotContain("nothing was sent");
            assertThat(chain.balance(contract)).isEqualTo(WEI.multiply(BigInteger.valueOf(200)));
            assertThat(run(0, status(chain, contract)))
                    .contains("0  clinic  61 cent = 61000000000000 wei to " + SettledRun.account("clinic") + ": open")
                    .contains("200000000000000 wei open, 200000000000000 wei left")
                    .doesNotContain("not final");

            String[] claim = {"claim", payouts.toString(), "--contract", contract, "--distribution", "0"};
            assertThat(run(0, sending(chain.uri(), with(claim, "--claimant", "lab"))))
                    .contains("transaction 2 (claim a payout): pending")
                    .contains("2  lab  119 cent");
            chain.mine(1);
            assertThat(run(0, status(chain, contract)))
                    .contains(
                            "lab  119 cent = 119000000000000 wei to " + SettledRun.account("lab") + ": paid not final");
            // The rest, and once more the lab, whose transaction is in the journal.
            JsonNode all = json(run(0, sending(chain.uri(), withJson(with(claim, "--all")))));
            assertThat(all).hasSize(3);
            assertThat(all.path(2).path("id").asLong()).isEqualTo(2);
            chain.mine(1);
            run(0, sending(chain.uri(), with(claim, "--all")));
            chain.mine(1);
            run(0, sending(chain.uri(), with(claim, "--all")));
            chain.mine(4);
            JsonNode paid = json(run(0, status(chain, contract, "--json")));
            assertThat(paid.path("final").asBoolean()).isTrue();
            assertThat(paid.path("open").asText()).isEqualTo("0");
            assertThat(paid.path("remaining").asText()).isEqualTo("0");
            for (JsonNode payout : paid.path("payouts")) {
                assertThat(payout.path("payment").asText()).isEqualTo("paid");
                assertThat(chain.balance(payout.path("account").asText()))
                        .isEqualTo(new BigInteger(payout.path("amount").asText()));
            }
            assertThat(json(run(0, anchorStatus(chain))).path("transactions")).hasSize(5);
        }
    }

    @Test
    void claimAll_afterAnotherAccountClaimedOne_paysTheOthers() throws IOException {
        run(0, payouts());
        account();
        try (AnvilChain chain = AnvilChain.start()) {
            chain.fund(FUNDER);
            String contract = deployed(chain);
            String deadline = chain.time().plusSeconds(2 * DAY).toString();
            run(0, sending(chain.uri(), "fund", payouts.toString(), "--contract", contract, "--deadline", deadline));
            chain.mine(1);
            // With another journal, as if of another account: the first one does not know of it.
            String[] claim = {"claim", payouts.toString(), "--contract", contract, "--distribution", "0"};
            Path first = folder.resolve("journal");
            Path aside = folder.resolve("aside");
            Files.move(first, aside);
            run(0, sending(chain.uri(), with(claim, "--claimant", "clinic")));
            chain.mine(1);
            Files.move(first, folder.resolve("other"));
            Files.move(aside, first);
            for (int i = 0; i < 3; i++) {
                run(0, sending(chain.uri(), with(claim, "--all")));
                chain.mine(1);
            }
            assertThat(run(0, sending(chain.uri(), with(claim, "--all"))))
                    .contains("to " + SettledRun.account("clinic") + ": paid already, by another transaction");
            assertThat(run(0, status(chain, contract))).contains("0 wei open, 0 wei left");
        }
    }

    @Test
    void takeBack_afterTheDeadline_returnsWhatNobodyClaimed() throws IOException {
        run(0, payouts());
        account();
        try (AnvilChain chain = AnvilChain.start()) {
            chain.fund(FUNDER);
            String contract = deployed(chain);
            String deadline = chain.time().plusSeconds(2 * DAY).toString();
            run(0, sending(chain.uri(), "fund", payouts.toString(), "--contract", contract, "--deadline", deadline));
            chain.mine(1);
            run(
                    0,
                    sending(
                            chain.uri(),
                            "claim",
                            payouts.toString(),
                            "--contract",
                            contract,
                            "--distribution",
                            "0",
                            "--claimant",
                            "hospital"));
            chain.mine(1);
            String[] takeBack = {"take-back", "--contract", contract, "--distribution", "0"};
            assertThat(run(3, sending(chain.uri(), takeBack)))
                    .contains("REQUEST_INVALID: the contract refused to take back what is left")
                    .contains("DeadlineNotPassed");
            chain.pass(2 * DAY + 60);
            assertThat(run(
                            3,
                            sending(
                                    chain.uri(),
                                    "claim",
                                    payouts.toString(),
                                    "--contract",
                                    contract,
                                    "--distribution",
                                    "0",
                                    "--claimant",
                                    "lab")))
                    .contains("the contract refused to claim a payout")
                    .contains("DeadlinePassed");
            assertThat(run(3, status(chain, contract)))
                    .contains("2  lab  119 cent")
                    .contains("RECEIPTS_REFUTED: distribution 0 ended at " + deadline
                            + ": the 180000000000000 wei that are still open can no longer be claimed");
            run(0, sending(chain.uri(), takeBack));
            chain.mine(1);
            assertThat(run(0, sending(chain.uri(), takeBack))).contains("(take back what is left): included");
            assertThat(chain.balance(contract)).isZero();
            assertThat(run(3, status(chain, contract)))
                    .contains("RECEIPTS_REFUTED: distribution 0 holds 0 wei, but 180000000000000 are still open")
                    .contains("its rest was taken back after " + deadline);
        }
    }

    @Test
    void moneyAndClaims_goNowhereElse() throws IOException {
        run(0, payouts());
        account();
        try (AnvilChain chain = AnvilChain.start()) {
            chain.fund(FUNDER);
            String deadline = chain.time().plusSeconds(2 * DAY).toString();
            String nobody = "0x" + "ab".repeat(20);
            String[] fund = {"fund", payouts.toString(), "--deadline", deadline};
            assertThat(run(3, sending(chain.uri(), with(fund, "--contract", nobody))))
                    .contains("REQUEST_INVALID: at " + nobody + " is no contract: nothing is sent there");
            List<String> otherChain = sending(chain.uri(), with(fund, "--contract", nobody));
            otherChain.set(otherChain.indexOf("31337"), "1");
            otherChain.set(
                    otherChain.size() - 3, folder.resolve("other-journal").toString());
            assertThat(run(4, otherChain))
                    .contains("ANCHOR_LOOKUP_UNAVAILABLE")
                    .contains("is a node of chain 31337, not of 1: nothing is sent to it");
            String contract = deployed(chain);
            assertThat(run(
                            3,
                            sending(
                                    chain.uri(),
                                    "claim",
                                    payouts.toString(),
                                    "--contract",
                                    contract,
                                    "--distribution",
                                    "7",
                                    "--all")))
                    .contains("has no distribution 7");
            assertThat(run(3, sending(chain.uri(), "take-back", "--contract", contract, "--distribution", "-1")))
                    .contains("distributions are numbered from 0 on, there is no -1");
            assertThat(run(3, status(chain, contract))).contains("has no distribution 0");
            assertThat(run(
                            3,
                            sending(
                                    chain.uri(),
                                    "claim",
                                    payouts.toString(),
                                    "--contract",
                                    contract,
                                    "--distribution",
                                    "0",
                                    "--claimant",
                                    "nobody")))
                    .contains("'nobody' is paid nothing by ")
                    .contains("paid are clinic, hospital, lab");
            String hurried = chain.time().plusSeconds(60).toString();
            assertThat(run(
                            3,
                            sending(
                                    chain.uri(),
                                    "fund",
                                    payouts.toString(),
                                    "--contract",
                                    contract,
                                    "--deadline",
                                    hurried)))
                    .contains("the contract refused to fund a distribution")
                    .contains("DeadlineTooEarly");
            run(0, sending(chain.uri(), with(fund, "--contract", contract)));
            chain.mine(1);
            assertThat(run(
                            3,
                            sending(
                                    chain.uri(),
                                    "fund",
                                    payouts.toString(),
                                    "--contract",
                                    contract,
                                    "--deadline",
                                    hurried)))
                    .contains("funds these payouts already, until " + deadline);

            // Another coordinator's payouts, for the same distribution.
            Path wrong = folder.resolve("wrong.json");
            List<String> other = payouts();
            other.set(other.indexOf(payouts.toString()), wrong.toString());
            other.set(other.indexOf(WEI.toString()), WEI.add(BigInteger.ONE).toString());
            run(0, other);
            assertThat(run(
                            3,
                            sending(
                                    chain.uri(),
                                    "claim",
                                    wrong.toString(),
                                    "--contract",
                                    contract,
                                    "--distribution",
                                    "0",
                                    "--all")))
                    .contains("distribution 0 is for 3 payouts with root");
            List<String> wrongStatus = status(chain, contract);
            wrongStatus.set(2, wrong.toString());
            assertThat(run(3, wrongStatus)).contains("RECEIPTS_REFUTED: distribution 0 is for 3 payouts with root");
        }
        assertThat(run(
                        4,
                        sending(
                                URI.create("http://127.0.0.1:1"),
                                "claim",
                                payouts.toString(),
                                "--contract",
                                "0x" + "ab".repeat(20),
                                "--distribution",
                                "0",
                                "--all")))
                .contains("ANCHOR_LOOKUP_UNAVAILABLE: the chain has to be asked first, so nothing was sent");
    }

    @Test
    void payouts_thatAreThereAlready_stay() throws IOException {
        run(0, payouts());
        byte[] before = Files.readAllBytes(payouts);
        run(0, payouts());
        List<String> others = payouts();
        others.set(others.indexOf(WEI.toString()), "1");
        assertThat(run(3, others)).contains("is there already and says something else");
        assertThat(Files.readAllBytes(payouts)).isEqualTo(before);
    }

    @Test
    void payouts_ofWrongInput_areRefused() throws IOException {
        List<String> otherKey = payouts();
        otherKey.set(
                otherKey.indexOf("--key") + 1,
                SettledRun.twoRounds().key.publicKey().toString());
        assertThat(run(3, otherKey)).contains("RECEIPTS_REFUTED").contains("the receipts do not hold");
        assertThat(run(3, payouts("--log", "example.org/other"))).contains("RECEIPTS_REFUTED");
        assertThat(run(3, payouts("--replay"))).contains("RECEIPTS_REFUTED");
        List<String> noKey = payouts();
        noKey.set(noKey.indexOf("--key") + 1, "12");
        assertThat(run(5, noKey)).contains("RECEIPTS_UNREADABLE").contains("`dalrn receipts key`");
        List<String> noBundle = payouts();
        noBundle.set(2, accounts.toString());
        run(3, noBundle);
        Files.writeString(accounts, SettledRun.accounts("clinic", "lab"));
        assertThat(run(3, payouts())).contains("REQUEST_INVALID: the accounts lack 'hospital'");
        Files.writeString(accounts, SettledRun.accounts("clinic", "lab", "hospital", "clinic"));
        assertThat(run(5, payouts())).contains("CONFIG_INVALID").contains("line 5: claimant 'clinic' is there twice");
        Files.delete(accounts);
        assertThat(run(5, payouts())).contains("cannot be read");
        assertThat(Files.exists(payouts)).isFalse();
        assertThat(run(2, "rewards", "payouts", bundle.toString())).contains("Missing required option");
    }

    @Test
    void check_ofPayoutsThatDoNotFollow_saysWhatDiffers() throws IOException {
        run(0, payouts());
        Path others = SettledRun.twoRounds().write(folder.resolve("others.bundle"));
        String[] check = {"check", payouts.toString(), "--receipts"};
        assertThat(run(3, offline(with(check, others.toString())))).contains("the receipts do not hold");
        Files.writeString(accounts, SettledRun.accounts("clinic", "hospital").replace("clinic", "lab"));
        assertThat(run(3, offline(with(check, bundle.toString(), "--accounts", accounts.toString()))))
                .contains("'clinic' is paid at " + SettledRun.account("clinic") + ", agreed on was no account")
                .contains("'lab' is paid at " + SettledRun.account("lab") + ", agreed on was "
                        + SettledRun.account("clinic"));
        assertThat(run(
                        3,
                        offline(with(
                                check,
                                bundle.toString(),
                                "--wei-per-unit",
                                WEI.add(BigInteger.ONE).toString()))))
                .contains("a unit is worth " + WEI + " wei, agreed on were " + WEI.add(BigInteger.ONE));
        assertThat(run(0, offline(with(check, bundle.toString(), "--wei-per-unit", WEI.toString()))))
                .contains("sum to, at " + WEI + " wei for a unit\n");
        assertThat(run(0, offline(with(check, bundle.toString()))))
                .contains(", which is for you to compare with what was agreed");
        String text = Files.readString(payouts);
        Files.writeString(payouts, text.replace("\"61\"", "\"62\""));
        assertThat(run(5, offline(with(check, bundle.toString()))))
                .contains("cannot be relied on: payouts[0].amount is '61000000000000'");
        Files.writeString(payouts, text.replace("heart-1", "heart-2"));
        assertThat(run(3, offline(with(check, bundle.toString()))))
                .contains("does not follow from the receipts: the log is example.org/hospitals/heart-2");
    }

    private static String[] with(String[] words, String... more) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static String[] withJson(String... words) {
        return with(words, "--json");
    }
}
