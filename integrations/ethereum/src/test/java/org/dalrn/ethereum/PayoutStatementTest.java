package org.dalrn.ethereum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The file payouts.json is what payouts.py beside it writes, with Python's hashlib and json. */
class PayoutStatementTest {

    private static final BigInteger WEI = BigInteger.TEN.pow(15).add(BigInteger.valueOf(7));

    private static RunRewards rewards(Object... claimantsAndUnits) {
        SortedMap<String, BigInteger> amounts = new TreeMap<>();
        for (int i = 0; i < claimantsAndUnits.length; i += 2) {
            amounts.put(
                    (String) claimantsAndUnits[i],
                    BigInteger.valueOf(((Integer) claimantsAndUnits[i + 1]).longValue()));
        }
        return new RunRewards(
                SettledRun.ORIGIN,
                4,
                Sha256Hash.of("receipts".getBytes(StandardCharsets.US_ASCII)),
                "cent",
                amounts,
                2);
    }

    private static RunRewards five() {
        return rewards("zurich", 1, "lab", 119, "node:berlin", 7, "clinic", 61, "empty", 0, "hospital", 20);
    }

    private static PayoutAccounts accounts(String json) {
        return PayoutAccounts.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static PayoutAccounts fiveAccounts() {
        return accounts("{\"lab\": \"0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB\","
                + "\"clinic\": \"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\","
                + "\"hospital\": \"0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359\","
                + "\"node:berlin\": \"0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb\","
                + "\"zurich\": \"0x52908400098527886E0F7030069857D2E4169EE7\"}");
    }

    private static String vector() {
        try (InputStream in = PayoutStatementTest.class.getResourceAsStream("payouts.json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static PayoutStatement parse(String file) {
        return PayoutStatement.parse(file.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void of_sameReceiptsAccountsAndWei_isTheFileThatPythonWrites() {
        PayoutStatement made = PayoutStatement.of(five(), fiveAccounts(), WEI);
        assertThat(new String(made.text(), StandardCharsets.UTF_8)).isEqualTo(vector());
        assertThat(made.lines())
                .extracting(PayoutStatement.Line::claimant)
                .containsExactly("clinic", "hospital", "lab", "node:berlin", "zurich");
    }

    @Test
    void parse_itsOwnText_isTheSame() {
        PayoutStatement read = parse(vector());
        assertThat(new String(read.text(), StandardCharsets.UTF_8)).isEqualTo(vector());
        assertThat(read.faultsAgainst(five())).isEmpty();
        for (int i = 0; i < 5; i++) {
            PayoutStatement.Line line = read.lines().get(i);
            assertThat(read.tree()
                            .proof(i)
                            .proves(
                                    RewardTree.leafHash(i, line.payout()),
                                    read.tree().root()))
                    .isTrue();
        }
    }

    @Test
    void of_claimantsWithoutAccount_areNamed() {
        assertThatThrownBy(() -> PayoutStatement.of(rewards("a", 1, "b", 0, "c", 2), accounts("{}"), WEI))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the accounts lack 'a', 'c'; add an account for each who is paid");
        List<Object> many = new ArrayList<>();
        for (int i = 10; i < 30; i++) {
            many.add("c" + i);
            many.add(1);
        }
        assertThatThrownBy(() -> PayoutStatement.of(rewards(many.toArray()), accounts("{}"), WEI))
                .hasMessageContaining("'c19' and 10 more");
    }

    @Test
    void of_accountsOfNobody_areNamed() {
        assertThatThrownBy(() -> PayoutStatement.of(rewards("clinik", 1), fiveAccounts(), WEI))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the accounts lack 'clinik'");
        assertThatThrownBy(() -> PayoutStatement.of(
                        rewards("clinic", 1, "lab", 0, "zurich", 0, "hospital", 5), fiveAccounts(), WEI))
                .hasMessageContaining("the accounts name 'node:berlin', to whom no receipt allocates anything");
    }

    @Test
    void of_weiThatAreNoneOrTooMany_areRefused() {
        assertThatThrownBy(() -> PayoutStatement.of(five(), fiveAccounts(), BigInteger.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a unit is worth 1 wei or more, and less than 2^128, not 0");
        assertThatThrownBy(() -> PayoutStatement.of(five(), fiveAccounts(), BigInteger.ONE.negate()))
                .hasMessageContaining("not -1");
        assertThatThrownBy(() -> PayoutStatement.of(five(), fiveAccounts(), BigInteger.ONE.shiftLeft(128)))
                .hasMessageContaining("less than 2^128");
        assertThatThrownBy(() -> PayoutStatement.of(five(), fiveAccounts(), BigInteger.ONE.shiftLeft(121)))
                .hasMessageContaining("with 'lab' the payouts sum to")
                .hasMessageContaining("the contract holds less than 2^128");
    }

    @Test
    void of_nothingToPay_isRefused() {
        assertThatThrownBy(() -> PayoutStatement.of(rewards("a", 0), accounts("{}"), WEI))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nobody was allocated anything");
    }

    @Test
    void of_tenThousandClaimantsOfTheLongestNames_isReadAgain() {
        List<Object> many = new ArrayList<>();
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i < PayoutStatement.MOST_CLAIMANTS; i++) {
            String name = "node:" + String.format("%064d", i);
            many.add(name);
            many.add(Integer.MAX_VALUE);
            String address = new EthereumAddress(String.format("0x%040x", i + 1)).checksummed();
            json.append(i == 0 ? "" : ",").append("\"" + name + "\":\"" + address + "\"");
        }
        BigInteger wei = BigInteger.ONE.shiftLeft(80);
        byte[] text = PayoutStatement.of(rewards(many.toArray()), accounts(json + "}"), wei)
                .text();
        assertThat(PayoutStatement.parse(text).lines()).hasSize(PayoutStatement.MOST_CLAIMANTS);
    }

    @Test
    void of_moreThanTenThousandClaimants_isRefused() {
        List<Object> many = new ArrayList<>();
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i <= PayoutStatement.MOST_CLAIMANTS; i++) {
            many.add("c" + i);
            many.add(1);
            String address = new EthereumAddress(String.format("0x%040x", i + 1)).checksummed();
            json.append(i == 0 ? "" : ",").append("\"c" + i + "\":\"" + address + "\"");
        }
        assertThatThrownBy(() -> PayoutStatement.of(rewards(many.toArray()), accounts(json + "}"), WEI))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10001 claimants are to be paid; allowed are at most 10000");
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                Arguments.of(
                        "\"amount\":\"20000000000000140\"",
                        "\"amount\":\"20000000000000141\"",
                        "payouts[1].amount is '20000000000000141', but from the rest of the file follows"),
                Arguments.of("\"units\":\"119\"", "\"units\":\"118\"", "payouts[2].amount is"),
                Arguments.of(
                        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
                        "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
                        "payouts[0].proof[0] is"),
                Arguments.of(
                        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
                        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d358",
                        "payouts[1]: the upper and lower case of"),
                Arguments.of(
                        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
                        "0x" + "0".repeat(40),
                        "payouts[1]: the address 0x0 is nobody's: money sent there is lost"),
                Arguments.of(
                        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
                        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                        "claimants 'clinic' and 'hospital' have the same account"),
                Arguments.of(
                        "\"claimant\":\"hospital\"",
                        "\"claimant\":\"clinic\"",
                        "payouts[1] is a second one of claimant 'clinic'"),
                Arguments.of("\"claimant\":\"hospital\"", "\"claimant\":\"zz\"", "payouts[1].account is"),
                Arguments.of("\"index\":\"3\"", "\"index\":\"4\"", "payouts[3].index is '4', but"),
                Arguments.of(
                        "\"units\":\"1\"",
                        "\"units\":\"0\"",
                        "payouts is 5 elements, but from the rest of the file follows 4"),
                Arguments.of("\"units\":\"1\"", "\"units\":\"-1\"", "field units is '-1'; allowed are whole numbers"),
                Arguments.of("\"units\":\"1\"", "\"units\":\"01\"", "field units is '01'; allowed are whole numbers"),
                Arguments.of("\"units\":\"1\"", "\"units\":[]", "field units is no string"),
                Arguments.of(
                        "\"units\":\"1\"", "\"unitz\":\"1\"", "a payouts file has a field units, which is missing"),
                Arguments.of(
                        "\"unit\":\"cent\"",
                        "\"unit\":\"cent\",\"unit2\":\"x\"",
                        "a payouts file has no field '.unit2'"),
                Arguments.of("\"root\":\"", "\"root\":\"0", "root is '0"),
                Arguments.of(
                        "\"weiPerUnit\":\"1000000000000007\"", "\"weiPerUnit\":\"0\"", "a unit is worth 1 wei or more"),
                Arguments.of("\"receipts\":\"4\"", "\"receipts\":\"four\"", "'four' is no whole number"),
                Arguments.of("dalrn/payouts/v1", "dalrn/payouts/v2", "v is 'dalrn/payouts/v2', not dalrn/payouts/v1"),
                Arguments.of("}\n", "}", "one line of canonical JSON, ended by a line feed"),
                Arguments.of("{\"log\"", "{ \"log\"", "at byte 1"));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void parse_anyOtherByte_isRefusedAndNamed(String from, String to, String message) {
        String changed = vector().replace(from, to);
        assertThat(changed).isNotEqualTo(vector());
        assertThatThrownBy(() -> parse(changed))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(message);
    }

    @Test
    void faultsAgainst_otherReceipts_namesEachDifference() {
        PayoutStatement payouts = parse(vector());
        RunRewards other = new RunRewards(
                "example.org/other",
                5,
                Sha256Hash.of(),
                "unit",
                rewards("clinic", 62, "hospital", 20, "lab", 119, "node:berlin", 7, "new", 3)
                        .amounts(),
                2);
        assertThat(payouts.faultsAgainst(other))
                .containsExactly(
                        "the log is example.org/hospitals/heart-1, the receipts say example.org/other",
                        "the number of receipts is 4, the receipts say 5",
                        "the root of the receipts is " + payouts.receiptsRoot() + ", the receipts say "
                                + Sha256Hash.of(),
                        "the unit is cent, the receipts say unit",
                        "the amount of 'clinic' is 61, the receipts say 62",
                        "the amount of 'new' is 0, the receipts say 3",
                        "'zurich' gets 1, but no receipt allocates anything to it");
    }
}
