package org.dalrn.ipfs.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.util.concurrent.Callable;
import org.dalrn.ipfs.BlockMismatchException;
import org.dalrn.ipfs.BlockMissingException;
import org.dalrn.ipfs.Cid;
import org.dalrn.ipfs.IpfsException;
import org.dalrn.ipfs.IpfsFormatException;
import org.dalrn.ipfs.store.StoreRefusedException;
import org.dalrn.ipfs.store.StoreUnreachableException;
import org.dalrn.server.cli.ExitCode;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** What all of them share: options, and how they end. */
abstract class IpfsCommand implements Callable<Integer> {
    private static final JsonMapper JSON = new JsonMapper();

    @Option(names = "--json", description = "Write one JSON document to standard output; errors too.")
    private boolean json;

    @Option(names = "--verbose", description = "Show the stack trace of an error.")
    private boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Does it and says what to print. */
    abstract Result run() throws IOException;

    /**
     * What was done.
     *
     * @param line for people and scripts
     * @param document for programs
     */
    record Result(String line, ObjectNode document) {}

    static ObjectNode document() {
        return JSON.createObjectNode();
    }

    @Override
    public final Integer call() {
        try {
            Result result = run();
            PrintWriter out = spec.commandLine().getOut();
            out.println(json ? result.document().toString() : result.line());
            out.flush();
            return ExitCode.OK.number();
        } catch (IpfsException refused) {
            return failed(exitCode(refused), String.valueOf(refused.getMessage()), refused);
        } catch (FileSystemException file) {
            return failed(ExitCode.FILE_INVALID, "a file cannot be used: " + file, file);
        } catch (IOException disk) {
            return failed(ExitCode.INTERNAL, "reading or writing failed: " + disk, disk);
        }
    }

    private static ExitCode exitCode(IpfsException failure) {
        if (failure instanceof StoreUnreachableException) {
            return ExitCode.UNREACHABLE;
        }
        if (failure instanceof StoreRefusedException
                || failure instanceof BlockMissingException
                || failure instanceof BlockMismatchException) {
            return ExitCode.REFUSED;
        }
        return ExitCode.FILE_INVALID;
    }

    private int failed(ExitCode code, String detail, Exception failure) {
        if (json) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(document().put("detail", detail));
            out.flush();
        }
        PrintWriter err = spec.commandLine().getErr();
        err.println("error: " + detail);
        if (verbose) {
            failure.printStackTrace(err);
        }
        err.flush();
        return code.number();
    }

    /** The usage is wrong in a way that the options themselves do not say. */
    final CommandLine.ParameterException misused(String what) {
        return new CommandLine.ParameterException(spec.commandLine(), what);
    }

    /** Reads a CID. */
    static final class CidConverter implements ITypeConverter<Cid> {
        @Override
        public Cid convert(String text) {
            try {
                return Cid.parse(text);
            } catch (IpfsFormatException malformed) {
                throw new TypeConversionException(malformed.getMessage());
            }
        }
    }

    /** Reads an address. */
    static final class AddressConverter implements ITypeConverter<URI> {
        @Override
        public URI convert(String text) {
            try {
                return URI.create(text);
            } catch (IllegalArgumentException malformed) {
                // Not the text: it may hold a password.
                throw new TypeConversionException("it is no URL; write for instance http://127.0.0.1:5001");
            }
        }
    }
}
