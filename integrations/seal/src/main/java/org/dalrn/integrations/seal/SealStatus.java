package org.dalrn.integrations.seal;

/** What a function of SEAL's C library answers: the name of a C++ exception it caught, as a Windows status. */
final class SealStatus {
    private SealStatus() {}

    /**
     * Refuses a failed call.
     *
     * @param status what the function answered
     * @param call what was asked of SEAL
     * @throws SealException if it failed
     */
    static void require(int status, String call) {
        if (status != 0) {
            throw new SealException("SEAL refused to " + call + ": " + describe(status));
        }
    }

    private static String describe(int status) {
        return switch (status) {
            case 0x1 -> "it has no such thing (S_FALSE)";
            case 0x80004003 -> "a pointer is missing (E_POINTER)";
            case 0x80070057 -> "an argument does not fit (E_INVALIDARG)";
            case 0x80070585 -> "an index is out of range (ERROR_INVALID_INDEX)";
            case 0x8007000E -> "it is out of memory (E_OUTOFMEMORY)";
            case 0x8000FFFF -> "unexpected (E_UNEXPECTED)";
            case 0x80131509 -> "the state does not allow it (COR_E_INVALIDOPERATION)";
            case 0x80131620 -> "the bytes cannot be read or written (COR_E_IO)";
            default -> "status 0x" + Integer.toHexString(status);
        };
    }
}
