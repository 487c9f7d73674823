package org.dalrn.fhe.seal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Heap bytes that this thread takes. */
final class Allocation {
    /** By reflection: the module does not read {@code jdk.management}, and only its tests would need to. */
    private static final MethodHandle BYTES = bytesOfThisThread();

    private Allocation() {}

    private static MethodHandle bytesOfThisThread() {
        try {
            Class<?> threads = Class.forName("com.sun.management.ThreadMXBean");
            Object bean = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            return MethodHandles.publicLookup()
                    .findVirtual(threads, "getCurrentThreadAllocatedBytes", MethodType.methodType(long.class))
                    .bindTo(bean);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM does not count allocated bytes", e);
        }
    }

    private static long now() {
        try {
            return (long) BYTES.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Heap bytes allocated while something runs, garbage included. */
    static long of(Runnable action) {
        long before = now();
        action.run();
        return now() - before;
    }
}
