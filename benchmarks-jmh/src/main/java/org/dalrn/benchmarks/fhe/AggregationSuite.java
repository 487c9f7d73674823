package org.dalrn.benchmarks.fhe;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.dalrn.benchmarks.Figure;
import org.dalrn.fhe.aggregation.CiphertextSum;
import org.dalrn.fhe.aggregation.EncryptedUpdate;
import org.dalrn.fhe.aggregation.OneTimeKey;
import org.dalrn.fhe.aggregation.OneTimeKeySum;
import org.dalrn.fhe.aggregation.OpenedSum;
import org.dalrn.fhe.aggregation.SumEncryptor;
import org.dalrn.fhe.aggregation.SumMode;
import org.dalrn.fhe.aggregation.SumOpener;
import org.dalrn.fhe.aggregation.SumPlan;
import org.dalrn.fhe.aggregation.SumPlanner;
import org.dalrn.fhe.aggregation.SumRound;
import org.dalrn.fhe.aggregation.ValueSource;
import org.dalrn.fhe.committee.AcceptedDealing;
import org.dalrn.fhe.committee.AcceptedSet;
import org.dalrn.fhe.committee.AgreedSet;
import org.dalrn.fhe.committee.AgreedSum;
import org.dalrn.fhe.committee.AnswerJournal;
import org.dalrn.fhe.committee.Combination;
import org.dalrn.fhe.committee.CommitteeMember;
import org.dalrn.fhe.committee.CommitteePlan;
import org.dalrn.fhe.committee.DealtShares;
import org.dalrn.fhe.committee.HpkePrivateKey;
import org.dalrn.fhe.committee.MemberOffer;
import org.dalrn.fhe.committee.PlanPolicy;
import org.dalrn.fhe.committee.RoundName;
import org.dalrn.fhe.committee.SealedAnswer;
import org.dalrn.fhe.committee.SetEndorsement;
import org.dalrn.fhe.committee.ShareCombiner;
import org.dalrn.fhe.committee.ShareDealer;
import org.dalrn.fhe.committee.SigningKey;
import org.dalrn.fhe.rlwe.SecretKeyAccess;
import org.dalrn.fhe.rlwe.SecurityStandard;

/**
 * Figures of encrypted sums: a million float32 parameters, 100 clients, 16 bits of the mean, a committee of 16 of which 11
 * answer, one thread.
 *
 * <p>Each time is the median of 61 after a warm-up, the least one beside it. Run: {@code ./benchmarks-jmh/run
 * org.dalrn.benchmarks.fhe.AggregationSuite}; about half a minute.
 */
public final class AggregationSuite {
    private static final String SUITE = "fhe";
    private static final int PARAMETERS = 1_000_000;
    private static final int CLIENTS = 100;
    private static final int MEMBERS = 16;
    private static final int THRESHOLD = 11;
    private static final int WEIGHT = 1000;
    private static final int CLIENT_ID_OFFSET = 72;
    private static final int WARM_UP = 80;
    private static final int MEASURED = 61;

    private final SecureRandom random = new SecureRandom();
    private final SumPlan plan = SumPlanner.create()
            .mode(SumMode.ONE_TIME_KEY)
            .security(SecurityStandard.GUIDELINES_2024_CLASSICAL)
            .maxClients(CLIENTS)
            .meanBits(16)
            .clip(4)
            .maxWeight(WEIGHT)
            .parameters(PARAMETERS)
            .committee(MEMBERS)
            .plan();
    private final SumRound round = SumRound.of(plan, random.generateSeed(SumRound.ID_BYTES));
    private final PlanPolicy policy = new PlanPolicy(key -> true, key -> true, key -> true, 2, 1);
    private final HpkePrivateKey receiver = HpkePrivateKey.generate(random);
    private final List<SigningKey> identities = new ArrayList<>();
    private final List<HpkePrivateKey> sealingKeys = new ArrayList<>();
    private final List<SigningKey> clientKeys = new ArrayList<>();
    private final CommitteePlan committee = committee();
    private final float[] update = update();

    private AggregationSuite() {}

    /** Runs the suite; takes no arguments. */
    public static void main(String[] arguments) throws IOException {
        AggregationSuite suite = new AggregationSuite();
        System.err.println(suite.plan.describe());
        suite.measureEncryption();
        suite.measureAllocation();
        suite.measureSum();
        suite.measureOpening();
    }

    private static float[] update() {
        SplittableRandom values = new SplittableRandom(1);
        float[] update = new float[PARAMETERS];
        for (int i = 0; i < update.length; i++) {
            update[i] = (float) (values.nextDouble() * 10 - 5);
        }
        return update;
    }

    private CommitteePlan committee() {
        RoundName name = RoundName.of(round.id());
        CommitteePlan.Builder builder = CommitteePlan.builder()
                .round(name)
                .threshold(THRESHOLD)
                .leastSetSize(2)
                .vectorLength(plan.ringDegree())
                .bound(OneTimeKey.coefficientBound())
                .receiver(receiver.publicKey());
        for (int i = 0; i < MEMBERS; i++) {
            identities.add(SigningKey.generate(random));
            sealingKeys.add(HpkePrivateKey.generate(random));
            builder.member(
                    MemberOffer.sign(name, identities.get(i), sealingKeys.get(i).publicKey()));
        }
        for (int client = 1; client <= CLIENTS; client++) {
            clientKeys.add(SigningKey.generate(random));
            builder.dealer(client, clientKeys.get(client - 1).verifyingKey());
        }
        return builder.build();
    }

    private void measureEncryption() {
        byte[][] upload = new byte[1][];
        // A client's whole work but the dealing: key, working memory, encryption.
        double[] millis = measure(() -> {
            try (OneTimeKey key = OneTimeKey.generate(round, random);
                    SumEncryptor encryptor = SumEncryptor.oneTimeKey(key, random)) {
                upload[0] = encryptor.encrypt(1, update, WEIGHT);
            }
        });
        print("aggregation_encrypt_1m", millis, "ms");
        print("aggregation_bytes_per_parameter", (double) upload[0].length / PARAMETERS, "B");
    }

    /** Bytes allocated by 40 more blocks, for each: the output is discarded. */
    private void measureAllocation() throws IOException {
        int few = 200_000;
        int blocks = 40;
        int many = few + blocks * (plan.ringDegree() - 1) * plan.valuesPerCoefficient();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 20; i++) {
            long base = allocated(few);
            least = Math.min(least, allocated(many) - base);
        }
        print("aggregation_allocation_per_block", (double) Math.max(0, least) / blocks, "B");
    }

    private long allocated(int parameters) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        ValueSource source = ValueSource.of(update);
        try (OneTimeKey key = OneTimeKey.generate(round, random);
                SumEncryptor encryptor = SumEncryptor.oneTimeKey(key, random)) {
            long before = threads.getThreadAllocatedBytes(thread);
            encryptor.encrypt(1, source, parameters, WEIGHT, OutputStream.nullOutputStream());
            return threads.getThreadAllocatedBytes(thread) - before;
        }
    }

    private void measureSum() {
        byte[] upload;
        try (OneTimeKey key = OneTimeKey.generate(round, random);
                SumEncryptor encryptor = SumEncryptor.oneTimeKey(key, random)) {
            upload = encryptor.encrypt(1, update, WEIGHT);
        }
        CiphertextSum[] sum = {CiphertextSum.create(round, PARAMETERS)};
        int[] client = {0};
        double[] millis = measure(() -> {
            if (++client[0] > CLIENTS) {
                sum[0] = CiphertextSum.create(round, PARAMETERS);
                client[0] = 1;
            }
            ByteBuffer.wrap(upload).order(ByteOrder.LITTLE_ENDIAN).putInt(CLIENT_ID_OFFSET, client[0]);
            sum[0].add(EncryptedUpdate.parse(round, upload));
        });
        print("aggregation_add_1m", millis, "ms");
    }

    private void measureOpening() {
        CiphertextSum sum = CiphertextSum.create(round, PARAMETERS);
        List<DealtShares> dealt = new ArrayList<>();
        for (int client = 1; client <= CLIENTS; client++) {
            try (OneTimeKey key = OneTimeKey.generate(round, random);
                    SumEncryptor encryptor = SumEncryptor.oneTimeKey(key, random)) {
                EncryptedUpdate encrypted = EncryptedUpdate.parse(round, encryptor.encrypt(client, update, WEIGHT));
                sum.add(encrypted);
                dealt.add(ShareDealer.of(committee, policy, client, clientKeys.get(client - 1), random)
                        .dealAndErase(key.coefficients(SecretKeyAccess.granted()), encrypted.digest()));
            }
        }
        System.err.println("dealt to " + MEMBERS + " members: " + dealt.get(0).toBytes().length + " bytes a client");
        AgreedSet agreed = agree(dealt);
        List<SealedAnswer> answers = answers(agreed, dealt);
        ShareCombiner combiner = ShareCombiner.of(committee, agreed, receiver);
        SumOpener opener = SumOpener.create(plan, 2);
        float[][] mean = new float[1][];
        // From the sealed answers to the mean as floats.
        double[] millis = measure(() -> {
            AgreedSum keys = combiner.combine(answers)
                    .match(Combination.Opened::sum, few -> fail(few.toString()), refused -> fail(refused.toString()));
            OpenedSum opened = opener.open(sum, OneTimeKeySum.of(round, keys));
            mean[0] = opened.meanFloats();
        });
        double worst = 0;
        for (int i = 0; i < PARAMETERS; i++) {
            double clipped = Math.max(-4, Math.min(4, (double) update[i]));
            worst = Math.max(worst, Math.abs(mean[0][i] - clipped) / 8);
        }
        print("aggregation_open_1m_100_clients", millis, "ms");
        // All clients err in the same direction here: this is the worst case, not the usual one.
        print("aggregation_worst_error_log2", Math.log(worst) / Math.log(2), "bits");
    }

    private static AgreedSum fail(String what) {
        throw new IllegalStateException("the committee did not open: " + what);
    }

    private AgreedSet agree(List<DealtShares> dealt) {
        List<AcceptedDealing> accepted =
                dealt.stream().map(DealtShares::accepted).toList();
        AcceptedSet set = AcceptedSet.of(committee, accepted);
        List<SetEndorsement> endorsements = new ArrayList<>();
        for (int i = 0; i < THRESHOLD; i++) {
            endorsements.add(member(i).endorse(set));
        }
        return AgreedSet.of(committee, set, endorsements);
    }

    private List<SealedAnswer> answers(AgreedSet agreed, List<DealtShares> dealt) {
        List<SealedAnswer> answers = new ArrayList<>();
        for (int i = 0; i < THRESHOLD; i++) {
            CommitteeMember member = member(i);
            answers.add(member.answer(
                    agreed,
                    dealt.stream().map(shares -> shares.shareFor(member.id())).toList()));
        }
        return answers;
    }

    /** With a journal that agrees to everything: durability is not what is measured here. */
    private CommitteeMember member(int index) {
        AnswerJournal forgetful = (wanted, step) -> wanted;
        return CommitteeMember.of(committee, policy, identities.get(index), sealingKeys.get(index), forgetful);
    }

    /** Milliseconds of each measured run, ascending. */
    private static double[] measure(Runnable task) {
        for (int i = 0; i < WARM_UP; i++) {
            task.run();
        }
        double[] millis = new double[MEASURED];
        for (int i = 0; i < MEASURED; i++) {
            long start = System.nanoTime();
            task.run();
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(millis);
        return millis;
    }

    private void print(String name, double[] millis, String unit) {
        SortedMap<String, Object> params = params();
        params.put("least", rounded(millis[0]));
        print(new Figure(SUITE, name, params, rounded(millis[MEASURED / 2]), unit));
    }

    private void print(String name, double value, String unit) {
        print(new Figure(SUITE, name, params(), rounded(value), unit));
    }

    @SuppressWarnings("SystemOut") // The figures are the output of this program.
    private static void print(Figure figure) {
        System.out.println(figure.toJsonLine());
    }

    private SortedMap<String, Object> params() {
        TreeMap<String, Object> params = new TreeMap<>();
        params.put("parameters", PARAMETERS);
        params.put("clients", CLIENTS);
        params.put("ring_degree", plan.ringDegree());
        params.put("jdk", System.getProperty("java.version"));
        return params;
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
