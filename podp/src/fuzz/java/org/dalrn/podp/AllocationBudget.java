package org.dalrn.podp;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** The heap bytes, garbage included, that reading foreign bytes may take, whatever they say of its size. */
public final class AllocationBudget {
    /** By reflection: the module does not read {@code jdk.management}, and only its tests would need to. */
    private static final MethodHandle ALLOCATED = allocatedByThisThread();

    private AllocationBudget() {}

    private static MethodHandle allocatedByThisThread() {
        try {
            Object bean = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            return MethodHandles.publicLookup()
                    .findVirtual(
                            Class.forName("com.sun.management.ThreadMXBean"),
                            "getCurrentThreadAllocatedBytes",
                            MethodType.methodType(long.class))
                    .bindTo(bean);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM does not count allocated bytes", e);
        }
    }

    private static long now() {
        try {
            return (long) ALLOCATED.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Fails if this thread allocates more than that many bytes while it reads; a second time, as the first one may load classes,
     * which Jazzer instruments in the same thread.
     */
    public static void require(long most, Runnable read) {
        if (allocatedBy(read) > most) {
            long taken = allocatedBy(read);
            if (taken > most) {
                throw new AssertionError("reading allocated " + taken + " bytes; the budget is " + most);
            }
        }
    }

    private static long allocatedBy(Runnable read) {
        long before = now();
        read.run();
        return now() - before;
    }
}
