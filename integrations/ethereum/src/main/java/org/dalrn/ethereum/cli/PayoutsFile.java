package org.dalrn.ethereum.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.dalrn.ethereum.PayoutStatement;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.canonical.CanonicalJson;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.cli.CliException;

/** What {@code dalrn rewards payouts} wrote. */
final class PayoutsFile {

    private PayoutsFile() {}

    /** At most so many bytes of a file. */
    static byte[] bytes(Path file, int most) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new CliException(
                        ErrorCode.RECEIPTS_UNREADABLE, file + " has more than the " + most + " bytes that are read");
            }
            return bytes;
        } catch (IOException unreadable) {
            throw new CliException(ErrorCode.RECEIPTS_UNREADABLE, file + " cannot be read: " + unreadable, unreadable);
        }
    }

    static PayoutStatement read(Path file) {
        byte[] text = bytes(file, CanonicalJson.MAX_BYTES + 1);
        try {
            return PayoutStatement.parse(text);
        } catch (PodpException wrong) {
            throw new CliException(
                    ErrorCode.RECEIPTS_UNREADABLE, file + " cannot be relied on: " + wrong.getMessage(), wrong);
        }
    }

    /** Writes all of it or nothing; another statement that is there already stays. */
    static void write(Path file, PayoutStatement payouts) {
        byte[] text = payouts.text();
        if (Files.exists(file)) {
            if (Arrays.equals(bytes(file, CanonicalJson.MAX_BYTES + 1), text)) {
                return;
            }
            throw new CliException(
                    ErrorCode.REQUEST_INVALID,
                    file + " is there already and says something else; claims may depend on it, so move it away"
                            + " yourself or choose another name");
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (FileChannel channel = FileChannel.open(
                    part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                java.nio.ByteBuffer left = java.nio.ByteBuffer.wrap(text);
                while (left.hasRemaining()) {
                    channel.write(left);
                }
                channel.force(true);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException unwritable) {
            throw new CliException(ErrorCode.STORE_UNAVAILABLE, file + " cannot be written: " + unwritable, unwritable);
        }
    }

    static ObjectNode json(PayoutStatement payouts) {
        ObjectNode json = Texts.JSON
                .createObjectNode()
                .put("log", payouts.log())
                .put("receipts", payouts.receipts())
                .put("receiptsRoot", payouts.receiptsRoot().toString())
                .put("unit", payouts.unit())
                .put("weiPerUnit", payouts.weiPerUnit().toString())
                .put("root", payouts.tree().root().toString())
                .put("total", payouts.tree().total().toString());
        ArrayNode all = json.putArray("payouts");
        for (int i = 0; i < payouts.lines().size(); i++) {
            all.add(json(i, payouts.lines().get(i)));
        }
        return json;
    }

    static ObjectNode json(int index, PayoutStatement.Line line) {
        return Texts.JSON
                .createObjectNode()
                .put("index", index)
                .put("claimant", line.claimant())
                .put("units", line.units().toString())
                .put("account", line.payout().account().checksummed())
                .put("amount", line.payout().amount().toString());
    }

    static void print(PrintWriter out, PayoutStatement payouts) {
        out.println(
                Texts.plain(payouts.log()) + ", " + payouts.receipts() + " receipts, root " + payouts.receiptsRoot());
        for (int i = 0; i < payouts.lines().size(); i++) {
            out.println(line(payouts, i));
        }
        out.println("in all " + payouts.tree().total() + " wei to "
                + payouts.lines().size() + " accounts, root " + payouts.tree().root());
    }

    /** One payout in words. */
    static String line(PayoutStatement payouts, int index) {
        PayoutStatement.Line line = payouts.lines().get(index);
        return index + "  " + Texts.plain(line.claimant()) + "  " + line.units() + " " + Texts.plain(payouts.unit())
                + " = " + line.payout().amount() + " wei to "
                + line.payout().account().checksummed();
    }
}
