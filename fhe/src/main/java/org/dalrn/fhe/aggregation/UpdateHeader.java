package org.dalrn.fhe.aggregation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.dalrn.fhe.ring.AesCtrStream;
import org.dalrn.fhe.rlwe.KeyId;
import org.jspecify.annotations.Nullable;

/**
 * What stands before the residues of an update, little-endian: magic "DSUM", version, mode, zeros (2); plan digest (32), round
 * id (32), client id (4), first block (4), blocks (4), zeros (4), parameters (8); with a shared or collective key its id (16);
 * with a shared key the seed of the mask (32).
 */
final class UpdateHeader {
    private static final int MAGIC = 0x4d555344;
    private static final int VERSION = 1;
    private static final int FIXED_BYTES = 4 + 4 + 32 + SumRound.ID_BYTES + 4 * 4 + 8;
    private static final int KEY_ID_BYTES = 16;

    final SumRound round;
    final BlockLayout layout;
    final int firstBlock;
    final int blockCount;
    final int clientId;
    final @Nullable KeyId keyId;
    /** Empty unless the key is shared. */
    final byte[] seed;

    UpdateHeader(
            SumRound round,
            BlockLayout layout,
            int firstBlock,
            int blockCount,
            int clientId,
            @Nullable KeyId keyId,
            byte[] seed) {
        this.round = round;
        this.layout = layout;
        this.firstBlock = firstBlock;
        this.blockCount = blockCount;
        this.clientId = clientId;
        this.keyId = keyId;
        this.seed = seed;
    }

    static int bytes(SumMode mode) {
        return FIXED_BYTES
                + switch (mode) {
                    case ONE_TIME_KEY -> 0;
                    case SHARED_KEY -> KEY_ID_BYTES + AesCtrStream.SEED_BYTES;
                    case COLLECTIVE_KEY -> KEY_ID_BYTES;
                };
    }

    static void requireClientId(int clientId) {
        if (clientId < 1) {
            throw new IllegalArgumentException("client id " + clientId + "; a roster counts from 1");
        }
    }

    byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(bytes(round.plan().mode())).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).put((byte) VERSION).put((byte) round.plan().mode().code());
        out.putShort((short) 0);
        out.put(round.plan().rawDigest()).put(round.rawId());
        out.putInt(clientId).putInt(firstBlock).putInt(blockCount).putInt(0).putLong(layout.parameters());
        if (keyId != null) {
            out.put(HexFormat.of().parseHex(keyId.value()));
        }
        return out.put(seed).array();
    }

    /**
     * Reads the header at the buffer's position and requires that just its residues follow.
     *
     * @param in little-endian; left at the residues
     */
    static UpdateHeader read(SumRound round, ByteBuffer in) {
        SumPlan plan = round.plan();
        SumMode mode = plan.mode();
        int length = in.remaining();
        if (length < bytes(mode)) {
            throw new SumFormatException(
                    "an update of " + length + " bytes is cut short; the header alone has " + bytes(mode));
        }
        int magic = in.getInt();
        int version = in.get();
        int code = in.get();
        int zero = in.getShort();
        if (magic != MAGIC || version != VERSION || zero != 0) {
            throw new SumFormatException("the bytes begin with " + Integer.toHexString(magic) + ", version " + version
                    + ", not with an update's DSUM, version 1");
        }
        if (code != mode.code()) {
            throw new SumFormatException(
                    "an update of mode " + code + "; this plan's mode is " + mode.code() + " (" + mode + ")");
        }
        byte[] planDigest = take(in, 32);
        byte[] roundId = take(in, SumRound.ID_BYTES);
        if (!Arrays.equals(planDigest, plan.rawDigest())) {
            throw new SumFormatException("an update of plan " + SumPlan.hex(planDigest, 8) + "..., this is plan "
                    + SumPlan.hex(plan.rawDigest(), 8) + "...: encrypt it with the round's plan");
        }
        if (!Arrays.equals(roundId, round.rawId())) {
            throw new SumFormatException("an update of round " + SumPlan.hex(roundId, 8) + "..., this is round "
                    + SumPlan.hex(round.rawId(), 8) + "...: updates are never carried over");
        }
        int clientId = in.getInt();
        int firstBlock = in.getInt();
        int blockCount = in.getInt();
        int zeros = in.getInt();
        long parameters = in.getLong();
        if (zeros != 0) {
            throw new SumFormatException("an update with bytes " + Integer.toHexString(zeros) + " where zeros belong");
        }
        KeyId keyId =
                mode == SumMode.ONE_TIME_KEY ? null : new KeyId(HexFormat.of().formatHex(take(in, KEY_ID_BYTES)));
        byte[] seed = take(in, mode == SumMode.SHARED_KEY ? AesCtrStream.SEED_BYTES : 0);
        try {
            requireClientId(clientId);
            BlockLayout layout = new BlockLayout(plan, parameters);
            layout.requireRange(firstBlock, blockCount);
            long expected = layout.bytesOf(firstBlock, blockCount);
            if (in.remaining() != expected) {
                throw new SumFormatException("an update of " + parameters + " parameters with " + in.remaining()
                        + " bytes of residues for blocks " + firstBlock + " to " + (firstBlock + blockCount - 1)
                        + "; there must be " + expected);
            }
            return new UpdateHeader(round, layout, firstBlock, blockCount, clientId, keyId, seed);
        } catch (IllegalArgumentException e) {
            throw new SumFormatException("the header says: " + e.getMessage());
        }
    }

    private static byte[] take(ByteBuffer in, int count) {
        byte[] bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }
}
