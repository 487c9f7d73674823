package org.dalrn.integrations.seal;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;

/**
 * One kind of object that SEAL saves and loads.
 *
 * @param noun its name in messages
 * @param secret whether its bytes are overwritten after use
 * @param create makes an empty one
 * @param destroy frees one
 * @param saveSize bounds the bytes of one
 * @param save writes one
 * @param load fills one
 */
record SealKind(String noun, boolean secret, Create create, Destroy destroy, SaveSize saveSize, Save save, Load load) {
    static final SealKind PLAINTEXT = new SealKind(
            "plaintext",
            false,
            (f, out) -> f.Plaintext_Create1(null, out),
            SealFunctions::Plaintext_Destroy,
            SealFunctions::Plaintext_SaveSize,
            SealFunctions::Plaintext_Save,
            SealFunctions::Plaintext_Load);
    static final SealKind CIPHERTEXT = new SealKind(
            "ciphertext",
            false,
            (f, out) -> f.Ciphertext_Create1(null, out),
            SealFunctions::Ciphertext_Destroy,
            SealFunctions::Ciphertext_SaveSize,
            SealFunctions::Ciphertext_Save,
            SealFunctions::Ciphertext_Load);
    static final SealKind SECRET_KEY = new SealKind(
            "secret key",
            true,
            SealFunctions::SecretKey_Create1,
            SealFunctions::SecretKey_Destroy,
            SealFunctions::SecretKey_SaveSize,
            SealFunctions::SecretKey_Save,
            SealFunctions::SecretKey_Load);
    static final SealKind PUBLIC_KEY = new SealKind(
            "public key",
            false,
            SealFunctions::PublicKey_Create1,
            SealFunctions::PublicKey_Destroy,
            SealFunctions::PublicKey_SaveSize,
            SealFunctions::PublicKey_Save,
            SealFunctions::PublicKey_Load);

    /** Relinearization and Galois keys: one C++ class, told apart by their indices. */
    static final SealKind SWITCH_KEYS = new SealKind(
            "key-switching keys",
            false,
            SealFunctions::KSwitchKeys_Create1,
            SealFunctions::KSwitchKeys_Destroy,
            SealFunctions::KSwitchKeys_SaveSize,
            SealFunctions::KSwitchKeys_Save,
            SealFunctions::KSwitchKeys_Load);

    interface Create {
        int call(SealFunctions functions, PointerByReference out);
    }

    interface Destroy {
        int call(SealFunctions functions, Pointer object);
    }

    interface SaveSize {
        int call(SealFunctions functions, Pointer object, byte compression, LongByReference size);
    }

    interface Save {
        int call(
                SealFunctions functions,
                Pointer object,
                Pointer out,
                long size,
                byte compression,
                LongByReference written);
    }

    interface Load {
        int call(SealFunctions functions, Pointer object, Pointer context, Pointer in, long size, LongByReference read);
    }
}
