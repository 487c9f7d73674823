package org.dalrn.integrations.seal;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.ByteByReference;
import com.sun.jna.ptr.DoubleByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import org.jspecify.annotations.Nullable;

/**
 * The functions of SEAL's C library that are used here, under their own names. Each answers a status, {@link SealStatus}.
 *
 * <p>C++ {@code bool} is a {@code byte} of 0 or 1, {@code uint64_t} a {@code long}. A {@code pool} of null is SEAL's global one.
 * {@code parms_id} is four words. Source: the headers in native/src/seal/c of SEAL 4.0.0, unchanged up to 4.4 as far as used.
 */
@SuppressWarnings("checkstyle:MethodName")
interface SealFunctions extends Library {
    int Version_Major(ByteByReference result);

    int Version_Minor(ByteByReference result);

    int Version_Patch(ByteByReference result);

    int Serialization_IsSupportedComprMode(byte compression, ByteByReference result);

    int Modulus_Create1(long value, PointerByReference modulus);

    int Modulus_Destroy(Pointer modulus);

    int EncParams_Create1(byte scheme, PointerByReference parameters);

    int EncParams_Destroy(Pointer parameters);

    int EncParams_SetPolyModulusDegree(Pointer parameters, long degree);

    int EncParams_SetCoeffModulus(Pointer parameters, long length, Pointer[] moduli);

    int EncParams_GetParmsId(Pointer parameters, long[] parmsId);

    int SEALContext_Create(Pointer parameters, byte expandChain, int securityLevel, PointerByReference context);

    int SEALContext_Destroy(Pointer context);

    int SEALContext_ParametersSet(Pointer context, ByteByReference set);

    int SEALContext_ParameterErrorMessage(Pointer context, byte @Nullable [] out, LongByReference length);

    int SEALContext_FirstContextData(Pointer context, PointerByReference data);

    int SEALContext_UsingKeyswitching(Pointer context, ByteByReference using);

    int ContextData_NextContextData(Pointer data, PointerByReference next);

    int ContextData_Parms(Pointer data, PointerByReference parameters);

    int CKKSEncoder_Create(Pointer context, PointerByReference encoder);

    int CKKSEncoder_Destroy(Pointer encoder);

    int CKKSEncoder_Encode2(
            Pointer encoder,
            long count,
            double[] interleaved,
            long[] parmsId,
            double scale,
            Pointer plaintext,
            @Nullable Pointer pool);

    int CKKSEncoder_Encode3(
            Pointer encoder, double value, long[] parmsId, double scale, Pointer plaintext, @Nullable Pointer pool);

    int CKKSEncoder_Decode2(
            Pointer encoder, Pointer plaintext, LongByReference count, double[] interleaved, @Nullable Pointer pool);

    int KeyGenerator_Create1(Pointer context, PointerByReference generator);

    int KeyGenerator_Create2(Pointer context, Pointer secretKey, PointerByReference generator);

    int KeyGenerator_Destroy(Pointer generator);

    int KeyGenerator_SecretKey(Pointer generator, PointerByReference secretKey);

    int KeyGenerator_CreatePublicKey(Pointer generator, byte saveSeed, PointerByReference publicKey);

    int KeyGenerator_CreateRelinKeys(Pointer generator, byte saveSeed, PointerByReference keys);

    int KeyGenerator_CreateGaloisKeysFromSteps(
            Pointer generator, long count, int[] steps, byte saveSeed, PointerByReference keys);

    int Encryptor_Create(
            Pointer context, @Nullable Pointer publicKey, @Nullable Pointer secretKey, PointerByReference encryptor);

    int Encryptor_Destroy(Pointer encryptor);

    int Encryptor_Encrypt(Pointer encryptor, Pointer plaintext, Pointer ciphertext, @Nullable Pointer pool);

    int Encryptor_EncryptSymmetric(
            Pointer encryptor, Pointer plaintext, byte saveSeed, Pointer ciphertext, @Nullable Pointer pool);

    int Decryptor_Create(Pointer context, Pointer secretKey, PointerByReference decryptor);

    int Decryptor_Destroy(Pointer decryptor);

    int Decryptor_Decrypt(Pointer decryptor, Pointer ciphertext, Pointer plaintext);

    int Evaluator_Create(Pointer context, PointerByReference evaluator);

    int Evaluator_Destroy(Pointer evaluator);

    int Evaluator_Negate(Pointer evaluator, Pointer a, Pointer out);

    int Evaluator_Add(Pointer evaluator, Pointer a, Pointer b, Pointer out);

    int Evaluator_AddPlain(Pointer evaluator, Pointer a, Pointer b, Pointer out);

    int Evaluator_Sub(Pointer evaluator, Pointer a, Pointer b, Pointer out);

    int Evaluator_SubPlain(Pointer evaluator, Pointer a, Pointer b, Pointer out);

    int Evaluator_Multiply(Pointer evaluator, Pointer a, Pointer b, Pointer out, @Nullable Pointer pool);

    int Evaluator_MultiplyPlain(Pointer evaluator, Pointer a, Pointer b, Pointer out, @Nullable Pointer pool);

    int Evaluator_Square(Pointer evaluator, Pointer a, Pointer out, @Nullable Pointer pool);

    int Evaluator_Relinearize(Pointer evaluator, Pointer a, Pointer keys, Pointer out, @Nullable Pointer pool);

    int Evaluator_RescaleToNext(Pointer evaluator, Pointer a, Pointer out, @Nullable Pointer pool);

    int Evaluator_ModSwitchTo1(Pointer evaluator, Pointer a, long[] parmsId, Pointer out, @Nullable Pointer pool);

    int Evaluator_RotateVector(
            Pointer evaluator, Pointer a, int steps, Pointer keys, Pointer out, @Nullable Pointer pool);

    int Evaluator_ComplexConjugate(Pointer evaluator, Pointer a, Pointer keys, Pointer out, @Nullable Pointer pool);

    int Plaintext_Create1(@Nullable Pointer pool, PointerByReference plaintext);

    int Plaintext_Destroy(Pointer plaintext);

    int Plaintext_SaveSize(Pointer plaintext, byte compression, LongByReference size);

    int Plaintext_Save(Pointer plaintext, Pointer out, long size, byte compression, LongByReference written);

    int Plaintext_Load(Pointer plaintext, Pointer context, Pointer in, long size, LongByReference read);

    int Ciphertext_Create1(@Nullable Pointer pool, PointerByReference ciphertext);

    int Ciphertext_Destroy(Pointer ciphertext);

    int Ciphertext_Scale(Pointer ciphertext, DoubleByReference scale);

    int Ciphertext_Size(Pointer ciphertext, LongByReference size);

    int Ciphertext_CoeffModulusSize(Pointer ciphertext, LongByReference size);

    int Ciphertext_SaveSize(Pointer ciphertext, byte compression, LongByReference size);

    int Ciphertext_Save(Pointer ciphertext, Pointer out, long size, byte compression, LongByReference written);

    int Ciphertext_Load(Pointer ciphertext, Pointer context, Pointer in, long size, LongByReference read);

    int SecretKey_Create1(PointerByReference key);

    int SecretKey_Destroy(Pointer key);

    int SecretKey_SaveSize(Pointer key, byte compression, LongByReference size);

    int SecretKey_Save(Pointer key, Pointer out, long size, byte compression, LongByReference written);

    int SecretKey_Load(Pointer key, Pointer context, Pointer in, long size, LongByReference read);

    int PublicKey_Create1(PointerByReference key);

    int PublicKey_Destroy(Pointer key);

    int PublicKey_SaveSize(Pointer key, byte compression, LongByReference size);

    int PublicKey_Save(Pointer key, Pointer out, long size, byte compression, LongByReference written);

    int PublicKey_Load(Pointer key, Pointer context, Pointer in, long size, LongByReference read);

    int KSwitchKeys_Create1(PointerByReference keys);

    int KSwitchKeys_Destroy(Pointer keys);

    int KSwitchKeys_SaveSize(Pointer keys, byte compression, LongByReference size);

    int KSwitchKeys_Save(Pointer keys, Pointer out, long size, byte compression, LongByReference written);

    int KSwitchKeys_Load(Pointer keys, Pointer context, Pointer in, long size, LongByReference read);
}
