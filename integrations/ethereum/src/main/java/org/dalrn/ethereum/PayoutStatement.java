package org.dalrn.ethereum;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.canonical.CanonicalJson;
import org.dalrn.podp.canonical.Scalar;
import org.dalrn.podp.merkle.InclusionProof;

/**
 * What a run's claimants are paid, with the proofs that they claim it with.
 *
 * <p>It follows from the run's receipts, the accounts and the wei of a unit, and from nothing else: whoever has these three makes the
 * same bytes. Claimants with an amount above 0 are numbered in the order of their names, as UTF-16 code units. Immutable and
 * thread-safe. Source: docs/anchoring.md, "Payouts file".
 */
public final class PayoutStatement {

    /** The most claimants of a statement. */
    public static final int MOST_CLAIMANTS = 10_000;

    private static final String VERSION = "dalrn/payouts/v1";

    /** What the contract can hold for one distribution. */
    private static final int MOST_BITS = 128;

    /**
     * What one claimant is paid.
     *
     * @param claimant as the receipts name it
     * @param units what it was allocated in all, 1 or more
     * @param payout the same in wei, and to which account
     */
    public record Line(String claimant, BigInteger units, RewardPayout payout) {}

    private final String log;
    private final long receipts;
    private final Sha256Hash receiptsRoot;
    private final String unit;
    private final BigInteger weiPerUnit;
    private final List<Line> lines;
    private final RewardTree tree;

    private PayoutStatement(
            String log,
            long receipts,
            Sha256Hash receiptsRoot,
            String unit,
            BigInteger weiPerUnit,
            SortedMap<String, BigInteger> units,
            Map<String, EthereumAddress> accounts) {
        this.log = log;
        this.receipts = receipts;
        this.receiptsRoot = receiptsRoot;
        this.unit = unit;
        this.weiPerUnit = weiPerUnit;
        if (weiPerUnit.signum() <= 0 || weiPerUnit.bitLength() > MOST_BITS) {
            throw new IllegalArgumentException("a unit is worth 1 wei or more, and less than 2^128, not " + weiPerUnit);
        }
        List<Line> paid = new ArrayList<>();
        Map<EthereumAddress, String> owners = new HashMap<>();
        BigInteger total = BigInteger.ZERO;
        for (Map.Entry<String, BigInteger> each : units.entrySet()) {
            if (each.getValue().signum() > 0) {
                BigInteger wei = each.getValue().multiply(weiPerUnit);
                total = total.add(wei);
                requireFits(each.getKey(), total, weiPerUnit);
                EthereumAddress account = accounts.get(each.getKey());
                if (account == null) {
                    throw new IllegalArgumentException(
                            "claimant '" + MalformedException.excerpt(each.getKey()) + "' has no account");
                }
                String other = owners.putIfAbsent(account, each.getKey());
                if (other != null) {
                    throw new IllegalArgumentException("claimants '" + MalformedException.excerpt(other) + "' and '"
                            + MalformedException.excerpt(each.getKey()) + "' have the same account "
                            + account.checksummed() + "; each has its own");
                }
                paid.add(new Line(each.getKey(), each.getValue(), new RewardPayout(account, wei)));
            }
        }
        if (paid.isEmpty()) {
            throw new IllegalArgumentException("nobody was allocated anything: there is nothing to pay out");
        }
        if (paid.size() > MOST_CLAIMANTS) {
            throw new IllegalArgumentException(
                    paid.size() + " claimants are to be paid; allowed are at most " + MOST_CLAIMANTS);
        }
        lines = List.copyOf(paid);
        tree = RewardTree.of(lines.stream().map(Line::payout).toList());
    }

    private static void requireFits(String claimant, BigInteger total, BigInteger weiPerUnit) {
        if (total.bitLength() > MOST_BITS) {
            throw new IllegalArgumentException("with '" + MalformedException.excerpt(claimant) + "' the payouts sum to "
                    + total + " wei, and the contract holds less than 2^128: a unit is not worth " + weiPerUnit
                    + " wei");
        }
    }

    /**
     * Makes the statement.
     *
     * @param rewards what the run's receipts allocate
     * @param accounts of all claimants that are paid, and of nobody whom the receipts do not name
     * @param weiPerUnit what a unit of the run's budget is worth, 1 or more
     * @throws IllegalArgumentException if an account is missing or too many, or there is nothing or too much to pay; names them
     */
    public static PayoutStatement of(RunRewards rewards, PayoutAccounts accounts, BigInteger weiPerUnit) {
        SortedMap<String, EthereumAddress> named = accounts.byClaimant();
        List<String> missing = rewards.amounts().entrySet().stream()
                .filter(each -> each.getValue().signum() > 0 && !named.containsKey(each.getKey()))
                .map(Map.Entry::getKey)
                .toList();
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(
                    "the accounts lack " + names(missing) + "; add an account for each who is paid");
        }
        List<String> unknown = named.keySet().stream()
                .filter(claimant -> !rewards.amounts().containsKey(claimant))
                .toList();
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("the accounts name " + names(unknown)
                    + ", to whom no receipt allocates anything, not even 0; is a name misspelled?");
        }
        return new PayoutStatement(
                rewards.log(),
                rewards.receipts(),
                rewards.root(),
                rewards.unit(),
                weiPerUnit,
                rewards.amounts(),
                named);
    }

    private static String names(List<String> claimants) {
        String first = claimants.stream()
                .limit(10)
                .map(claimant -> "'" + MalformedException.excerpt(claimant) + "'")
                .collect(Collectors.joining(", "));
        return claimants.size() > 10 ? first + " and " + (claimants.size() - 10) + " more" : first;
    }

    /**
     * Reads a file, and computes everything again that follows from the rest of it.
     *
     * @throws MalformedException if it is no statement, or a number, proof or root in it is not what follows from the others
     */
    public static PayoutStatement parse(byte[] file) {
        if (file.length == 0 || file[file.length - 1] != '\n') {
            throw new MalformedException("a payouts file is one line of canonical JSON, ended by a line feed");
        }
        Object tree = CanonicalJson.read(Arrays.copyOf(file, file.length - 1));
        SortedMap<?, ?> fields = object(tree, "the file");
        if (!text(fields, "v").equals(VERSION)) {
            throw new MalformedException("v is '" + MalformedException.excerpt(text(fields, "v")) + "', not " + VERSION
                    + ": this is no payouts file, or one of another version");
        }
        List<?> payouts = list(fields, "payouts");
        if (payouts.size() > MOST_CLAIMANTS) {
            throw new MalformedException(payouts.size() + " payouts; allowed are at most " + MOST_CLAIMANTS);
        }
        SortedMap<String, BigInteger> units = new TreeMap<>();
        Map<String, EthereumAddress> accounts = new HashMap<>();
        for (int i = 0; i < payouts.size(); i++) {
            SortedMap<?, ?> line = object(payouts.get(i), "payouts[" + i + "]");
            String claimant = text(line, "claimant");
            if (units.put(claimant, number(line, "units")) != null) {
                throw new MalformedException("payouts[" + i + "] is a second one of claimant '"
                        + MalformedException.excerpt(claimant) + "'");
            }
            accounts.put(claimant, account(i, text(line, "account")));
        }
        PayoutStatement statement;
        try {
            statement = new PayoutStatement(
                    text(fields, "log"),
                    Scalar.toLong(text(fields, "receipts")),
                    Sha256Hash.parse(text(fields, "receiptsRoot")),
                    text(fields, "unit"),
                    number(fields, "weiPerUnit"),
                    units,
                    accounts);
        } catch (IllegalArgumentException wrong) {
            throw new MalformedException(String.valueOf(wrong.getMessage()), wrong);
        }
        SortedMap<String, Object> expected = statement.toTree();
        // Amounts first: a wrong one makes all proofs wrong.
        requireEqual("", withoutHashes(expected), withoutHashes(fields));
        requireEqual("", expected, tree);
        return statement;
    }

    private static SortedMap<String, Object> withoutHashes(SortedMap<?, ?> file) {
        SortedMap<String, Object> rest = new TreeMap<>();
        file.forEach((name, value) -> {
            if (value instanceof List<?> payouts) {
                List<Object> lines = new ArrayList<>();
                for (Object payout : payouts) {
                    SortedMap<String, Object> line = new TreeMap<>();
                    object(payout, "a payout").forEach((key, field) -> line.put((String) key, field));
                    line.remove("proof");
                    lines.add(line);
                }
                rest.put((String) name, lines);
            } else if (!name.equals("root")) {
                rest.put((String) name, value);
            }
        });
        return rest;
    }

    private static EthereumAddress account(int index, String text) {
        try {
            return EthereumAddress.parseChecksummed(text);
        } catch (IllegalArgumentException wrong) {
            throw new MalformedException("payouts[" + index + "]: " + wrong.getMessage(), wrong);
        }
    }

    /** Names the first field, in the order of the file, that is not what it must be. */
    private static void requireEqual(String path, Object expected, Object found) {
        if (expected.equals(found)) {
            return;
        }
        if (expected instanceof SortedMap<?, ?> wanted && found instanceof SortedMap<?, ?> there) {
            for (Map.Entry<?, ?> field : wanted.entrySet()) {
                String name = path.isEmpty() ? "" + field.getKey() : path + "." + field.getKey();
                Object value = there.get(field.getKey());
                if (value == null) {
                    throw new MalformedException("a payouts file has a field " + name + ", which is missing");
                }
                requireEqual(name, field.getValue(), value);
            }
            for (Object name : there.keySet()) {
                if (!wanted.containsKey(name)) {
                    throw new MalformedException("a payouts file has no field '"
                            + MalformedException.excerpt(path + "." + name) + "'; take it out");
                }
            }
        }
        if (expected instanceof List<?> wanted && found instanceof List<?> there && wanted.size() == there.size()) {
            for (int i = 0; i < wanted.size(); i++) {
                requireEqual(path + "[" + i + "]", wanted.get(i), there.get(i));
            }
        }
        throw new MalformedException(
                path + " is " + words(found) + ", but from the rest of the file follows " + words(expected));
    }

    private static String words(Object value) {
        return value instanceof List<?> list
                ? list.size() + " elements"
                : "'" + MalformedException.excerpt(value.toString()) + "'";
    }

    private static SortedMap<?, ?> object(Object tree, String what) {
        if (tree instanceof SortedMap<?, ?> map) {
            return map;
        }
        throw new MalformedException(what + " is no JSON object");
    }

    private static Object field(SortedMap<?, ?> fields, String name) {
        Object value = fields.get(name);
        if (value == null) {
            throw new MalformedException("a payouts file has a field " + name + ", which is missing");
        }
        return value;
    }

    private static String text(SortedMap<?, ?> fields, String name) {
        if (field(fields, name) instanceof String text) {
            return text;
        }
        throw new MalformedException("field " + name + " is no string");
    }

    private static List<?> list(SortedMap<?, ?> fields, String name) {
        if (field(fields, name) instanceof List<?> list) {
            return list;
        }
        throw new MalformedException("field " + name + " is no array");
    }

    /** Decimal digits of a number that a contract could pay: 0 to 39 of them. */
    private static BigInteger number(SortedMap<?, ?> fields, String name) {
        String text = text(fields, name);
        if (!text.matches("0|[1-9][0-9]{0,38}")) {
            throw new MalformedException("field " + name + " is '" + MalformedException.excerpt(text)
                    + "'; allowed are whole numbers of 1 to 39 digits");
        }
        return new BigInteger(text);
    }

    /** The file: one line of canonical JSON (docs/receipts.md, section 1), ended by a line feed. */
    public byte[] text() {
        byte[] line = CanonicalJson.write(toTree());
        byte[] text = Arrays.copyOf(line, line.length + 1);
        text[line.length] = '\n';
        return text;
    }

    private SortedMap<String, Object> toTree() {
        List<Object> payouts = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            SortedMap<String, Object> payout = new TreeMap<>();
            payout.put("account", line.payout().account().checksummed());
            payout.put("amount", line.payout().amount().toString());
            payout.put("claimant", line.claimant());
            payout.put("index", Scalar.of(i));
            InclusionProof proof = tree.proof(i);
            payout.put("proof", proof.path().stream().map(Sha256Hash::toString).toList());
            payout.put("units", line.units().toString());
            payouts.add(payout);
        }
        SortedMap<String, Object> fields = new TreeMap<>();
        fields.put("log", log);
        fields.put("payouts", payouts);
        fields.put("receipts", Scalar.of(receipts));
        fields.put("receiptsRoot", receiptsRoot.toString());
        fields.put("root", tree.root().toString());
        fields.put("total", tree.total().toString());
        fields.put("unit", unit);
        fields.put("v", VERSION);
        fields.put("weiPerUnit", weiPerUnit.toString());
        return fields;
    }

    /** The accounts that it names, by claimant. */
    public SortedMap<String, EthereumAddress> accounts() {
        SortedMap<String, EthereumAddress> accounts = new TreeMap<>();
        lines.forEach(line -> accounts.put(line.claimant(), line.payout().account()));
        return accounts;
    }

    /**
     * Says in what it differs from what the receipts allocate: nobody's account or amount can then be other than it says.
     *
     * @param rewards from receipts that were verified
     * @return sentences; empty if it follows from them
     */
    public List<String> faultsAgainst(RunRewards rewards) {
        List<String> faults = new ArrayList<>();
        differ(faults, "log", log, rewards.log());
        differ(faults, "number of receipts", Long.toString(receipts), Long.toString(rewards.receipts()));
        differ(
                faults,
                "root of the receipts",
                receiptsRoot.toString(),
                rewards.root().toString());
        differ(faults, "unit", unit, rewards.unit());
        SortedMap<String, BigInteger> stated = new TreeMap<>();
        lines.forEach(line -> stated.put(line.claimant(), line.units()));
        rewards.amounts().forEach((claimant, units) -> {
            BigInteger here = stated.getOrDefault(claimant, BigInteger.ZERO);
            differ(
                    faults,
                    "amount of '" + MalformedException.excerpt(claimant) + "'",
                    here.toString(),
                    units.toString());
        });
        stated.forEach((claimant, units) -> {
            if (!rewards.amounts().containsKey(claimant)) {
                faults.add("'" + MalformedException.excerpt(claimant) + "' gets " + units
                        + ", but no receipt allocates anything to it");
            }
        });
        return faults;
    }

    private static void differ(List<String> faults, String what, String here, String receipts) {
        if (!here.equals(receipts)) {
            faults.add("the " + what + " is " + MalformedException.excerpt(here) + ", the receipts say "
                    + MalformedException.excerpt(receipts));
        }
    }

    /** The origin of the run's log. */
    public String log() {
        return log;
    }

    /** How many receipts it follows from. */
    public long receipts() {
        return receipts;
    }

    /** The root of these receipts: that of the checkpoint, which an anchor leaves in a chain. */
    public Sha256Hash receiptsRoot() {
        return receiptsRoot;
    }

    /** What a unit of the run's budget is called. */
    public String unit() {
        return unit;
    }

    /** What such a unit is worth. */
    public BigInteger weiPerUnit() {
        return weiPerUnit;
    }

    /** Who is paid what, in the order of their numbers. */
    public List<Line> lines() {
        return lines;
    }

    /** The payouts under one root, which a distribution is funded for. */
    public RewardTree tree() {
        return tree;
    }
}
