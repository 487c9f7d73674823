package org.dalrn.fhe.committee;

/** What travels; the code is the second byte of each object. */
enum WireKind {
    PLAN(1, "committee plan"),
    MEMBER_OFFER(2, "member offer"),
    DEALT_SHARES(3, "dealt shares"),
    SEALED_SHARE(4, "sealed share"),
    ACCEPTED_SET(5, "accepted set"),
    ENDORSEMENT(6, "set endorsement"),
    AGREED_SET(7, "agreed set"),
    ANSWER(8, "sealed answer");

    private final byte code;
    private final String title;

    WireKind(int code, String title) {
        this.code = (byte) code;
        this.title = title;
    }

    byte code() {
        return code;
    }

    String title() {
        return title;
    }
}
