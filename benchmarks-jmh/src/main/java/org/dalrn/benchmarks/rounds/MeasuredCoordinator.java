package org.dalrn.benchmarks.rounds;

import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.dalrn.server.cli.Dalrn;

/**
 * {@code dalrn server} with a thread that writes down how much memory it holds: heap after a collection, direct buffers,
 * and Netty's direct memory, in bytes, the largest sum seen.
 *
 * <p>Usage: {@code MeasuredCoordinator <peak file> <milliseconds between samples> <arguments of dalrn>}.
 */
final class MeasuredCoordinator {

    private MeasuredCoordinator() {}

    public static void main(String[] arguments) {
        Path peakFile = Path.of(arguments[0]);
        long pause = Long.parseLong(arguments[1]);
        Thread sampler = new Thread(() -> sample(peakFile, pause), "memory-sampler");
        sampler.setDaemon(true);
        sampler.start();
        Dalrn.main(List.of(arguments).subList(2, arguments.length).toArray(String[]::new));
    }

    private static void sample(Path peakFile, long pause) {
        long peak = 0;
        try {
            while (true) {
                Thread.sleep(pause);
                System.gc();
                long now = held();
                // The file is deleted by the reader to begin a new measurement.
                if (now > peak || Files.notExists(peakFile)) {
                    peak = now;
                    Path next = peakFile.resolveSibling(peakFile.getFileName() + ".next");
                    Files.writeString(next, Long.toString(peak));
                    Files.move(next, peakFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    private static long held() {
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        // -1 where Netty allocates through the JDK's pool, which is counted already.
        return heap + direct + Math.max(0, PlatformDependent.usedDirectMemory());
    }
}
