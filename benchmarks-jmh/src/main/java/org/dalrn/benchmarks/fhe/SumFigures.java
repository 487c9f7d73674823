package org.dalrn.benchmarks.fhe;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.dalrn.fhe.aggregation.CiphertextSum;
import org.dalrn.fhe.aggregation.EncryptedUpdate;
import org.dalrn.fhe.aggregation.OneTimeKey;
import org.dalrn.fhe.aggregation.OneTimeKeySum;
import org.dalrn.fhe.aggregation.SumEncryptor;
import org.dalrn.fhe.aggregation.SumMode;
import org.dalrn.fhe.aggregation.SumOpener;
import org.dalrn.fhe.aggregation.SumPlan;
import org.dalrn.fhe.aggregation.SumPlanner;
import org.dalrn.fhe.aggregation.SumRound;
import org.dalrn.fhe.aggregation.ValueSource;
import org.dalrn.fhe.committee.AgreedSet;
import org.dalrn.fhe.committee.DealtShares;
import org.dalrn.fhe.committee.SealedAnswer;
import org.dalrn.fhe.committee.ShareCombiner;
import org.dalrn.fhe.rlwe.SecurityStandard;

/** Encrypted sums: a million float32 parameters, 100 clients, 16 bits of the mean, one-time keys shared with a committee. */
final class SumFigures {
    private static final int PARAMETERS = 1_000_000;
    private static final int CLIENTS = 100;
    private static final int CLIP = 4;
    private static final int WEIGHT = 1000;
    private static final int CLIENT_ID_OFFSET = 72;

    private final SecureRandom random = new SecureRandom();
    private final SumPlan plan = plan();
    private final SumRound round = SumRound.of(plan, random.generateSeed(SumRound.ID_BYTES));
    private final SumCommittee committee = new SumCommittee(round, plan, CLIENTS, random);
    private final float[] update = update();
    private final Map<String, Object> params =
            Map.of("parameters", PARAMETERS, "clients", CLIENTS, "ring_degree", plan.ringDegree());

    /** The plan of the figures. */
    static SumPlan plan() {
        return SumPlanner.create()
                .mode(SumMode.ONE_TIME_KEY)
                .security(SecurityStandard.GUIDELINES_2024_CLASSICAL)
                .maxClients(CLIENTS)
                .meanBits(16)
                .clip(CLIP)
                .maxWeight(WEIGHT)
                .parameters(PARAMETERS)
                .committee(SumCommittee.MEMBERS)
                .plan();
    }

    private static float[] update() {
        SplittableRandom values = new SplittableRandom(1);
        float[] update = new float[PARAMETERS];
        for (int i = 0; i < update.length; i++) {
            update[i] = (float) (values.nextDouble() * 10 - 5);
        }
        return update;
    }

    /** Measures and prints, once the opened mean has turned out right. */
    void print() throws IOException {
        FheSuite.progress(plan.describe().strip().replace("\n", "\n# "));
        // The opening comes last: it opens what the warm encryption and addition made.
        Timing encryption = encryption();
        Timing acceptance = acceptance();
        Timing addition = addition();
        printOpening();
        FheSuite.printMillis("aggregation_encrypt_1m", params, encryption);
        FheSuite.printMillis("aggregation_accept_1m", params, acceptance);
        FheSuite.printMillis("aggregation_add_1m", params, addition);
        printValue("aggregation_allocation_per_block", allocationPerBlock(), "B");
    }

    /** A client's whole work but the dealing: key, working memory, encryption. */
    private Timing encryption() {
        return Timing.measure(() -> encrypt(1)[0]);
    }

    private byte[] encrypt(int client) {
        try (OneTimeKey key = OneTimeKey.generate(round, random);
                SumEncryptor encryptor = SumEncryptor.oneTimeKey(key, random)) {
            return encryptor.encrypt(client, update, WEIGHT);
        }
    }

    /** What a received update costs before it is added: its bytes read and checked, and the digest that all agree on. */
    private Timing acceptance() {
        byte[] upload = encrypt(1);
        return Timing.measure(
                () -> EncryptedUpdate.parse(round, upload).digest().hashCode());
    }

    /** Adds an accepted update to the running sum. */
    private Timing addition() {
        byte[] upload = encrypt(1);
        ByteBuffer header = ByteBuffer.wrap(upload).order(ByteOrder.LITTLE_ENDIAN);
        EncryptedUpdate[] updates = new EncryptedUpdate[CLIENTS];
        for (int client = 1; client <= CLIENTS; client++) {
            header.putInt(CLIENT_ID_OFFSET, client);
            updates[client - 1] = EncryptedUpdate.parse(round, upload.clone());
            updates[client - 1].digest();
        }
        CiphertextSum[] sum = {CiphertextSum.create(round, PARAMETERS)};
        int[] next = {0};
        return Timing.measure(
                () -> {
                    if (next[0] == CLIENTS) {
                        sum[0] = CiphertextSum.create(round, PARAMETERS);
                        next[0] = 0;
                    }
                },
                () -> {
                    sum[0].add(updates[next[0]++]);
                    return next[0];
                });
    }

    private void printOpening() {
        CiphertextSum sum = CiphertextSum.create(round, PARAMETERS);
        List<DealtShares> dealt = new ArrayList<>();
        int uploadBytes = 0;
        for (int client = 1; client <= CLIENTS; client++) {
            try (OneTimeKey key = OneTimeKey.generate(round, random);
                    SumEncryptor encryptor = SumEncryptor.oneTimeKey(key, random)) {
                byte[] upload = encryptor.encrypt(client, update, WEIGHT);
                EncryptedUpdate encrypted = EncryptedUpdate.parse(round, upload);
                sum.add(encrypted);
                dealt.add(committee.deal(client, key, encrypted));
                uploadBytes = upload.length;
            }
        }
        int shareBytes = dealt.get(0).toBytes().length;
        AgreedSet agreed = committee.agree(dealt);
        List<SealedAnswer> answers = committee.answers(agreed, dealt);
        ShareCombiner combiner = committee.combiner(agreed);
        SumOpener opener = SumOpener.create(plan, 2);
        float[][] mean = new float[1][];
        // From the sealed answers to the mean as floats.
        Timing opening = Timing.measure(() -> {
            OneTimeKeySum keys = OneTimeKeySum.of(round, SumCommittee.sum(combiner.combine(answers)));
            mean[0] = opener.open(sum, keys).meanFloats();
            return Float.floatToRawIntBits(mean[0][0]);
        });
        double worst = worstError(mean[0]);
        printValue("aggregation_bytes_per_parameter", (double) uploadBytes / PARAMETERS, "B");
        printValue("aggregation_upload_bytes_per_parameter", (double) (uploadBytes + shareBytes) / PARAMETERS, "B");
        FheSuite.printMillis("aggregation_open_1m_100_clients", params, opening);
        // All clients err in the same direction here: this is the worst case, not the usual one.
        printValue("aggregation_mean_error_log2", Math.log(worst) / Math.log(2), "bits");
    }

    /** The largest error of the mean as a part of the clip range. */
    private double worstError(float[] mean) {
        // A float of at most CLIP is off by up to half a unit in its last place.
        double allowed = plan.worstError() + Math.ulp((float) CLIP) / (4.0 * CLIP);
        double worst = 0;
        for (int i = 0; i < PARAMETERS; i++) {
            double clipped = Math.max(-CLIP, Math.min(CLIP, (double) update[i]));
            double error = Math.abs(mean[i] - clipped) / (2 * CLIP);
            if (!(error <= allowed)) {
                throw new IllegalStateException("the opened mean of parameter " + i + " is " + mean[i] + " instead of "
                        + clipped + ", off by more than the plan's " + allowed + " of the clip range");
            }
            worst = Math.max(worst, error);
        }
        return worst;
    }

    /** Bytes allocated by each block after the first ones: the output is discarded. */
    private double allocationPerBlock() throws IOException {
        int few = 200_000;
        int valuesPerBlock = (plan.ringDegree() - 1) * plan.valuesPerCoefficient();
        int blocks = (PARAMETERS - few) / valuesPerBlock;
        int many = few + blocks * valuesPerBlock;
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 20; i++) {
            long base = allocated(few);
            least = Math.min(least, allocated(many) - base);
        }
        return (double) Math.max(0, least) / blocks;
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

    private void printValue(String name, double value, String unit) {
        FheSuite.progress(name + ": " + FheSuite.rounded(value) + " " + unit);
        FheSuite.print(name, params, FheSuite.rounded(value), unit);
    }
}
