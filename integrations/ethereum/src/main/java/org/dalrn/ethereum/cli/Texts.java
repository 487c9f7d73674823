package org.dalrn.ethereum.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.dalrn.ethereum.Anchoring;
import org.dalrn.ethereum.TransactionStatus;

/** How transactions look in JSON. */
final class Texts {

    static final JsonMapper JSON = new JsonMapper();

    private Texts() {}

    static String of(TransactionStatus status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    /** Foreign words for a terminal: control characters, which could write over other lines, as question marks. */
    static String plain(String foreign) {
        StringBuilder out = new StringBuilder();
        foreign.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .forEach(out::appendCodePoint);
        return out.toString();
    }

    static ObjectNode json(Anchoring anchoring) {
        ObjectNode json = JSON.createObjectNode()
                .put("id", anchoring.id())
                .put("purpose", anchoring.purpose())
                .put("status", of(anchoring.status()))
                .put("attempts", anchoring.attempts());
        anchoring.transaction().ifPresent(hash -> json.put("transaction", hash));
        anchoring.block().ifPresent(block -> json.put("block", block));
        anchoring.contract().ifPresent(address -> json.put("contract", address.text()));
        anchoring.note().ifPresent(note -> json.put("note", note));
        return json;
    }
}
