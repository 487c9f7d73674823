package org.dalrn.podp.verify;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** What a bundle says to people who open it: the same in every bundle, so that no byte of it is free. */
final class BundleText {
    private static final byte[] README = read();

    private BundleText() {}

    static byte[] readme() {
        return README.clone();
    }

    private static byte[] read() {
        try (InputStream in = Objects.requireNonNull(
                BundleText.class.getResourceAsStream("README.txt"), "bug: the module holds this text")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
