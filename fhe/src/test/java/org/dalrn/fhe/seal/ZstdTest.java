package org.dalrn.fhe.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;

/** What happens where the optional library is missing: the module's classes loaded without it. */
class ZstdTest {
    /** Loads the module's classes anew and knows no library. */
    private static final class WithoutLibrary extends ClassLoader {
        WithoutLibrary() {
            super(ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            String file = name.replace('.', '/') + ".class";
            if (!name.startsWith("org.dalrn.fhe.") && !name.startsWith("org.jspecify.")) {
                throw new ClassNotFoundException(name);
            }
            try (InputStream in = ZstdTest.class.getClassLoader().getResourceAsStream(file)) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    private static Throwable thrownBy(Method method, Object target, Object... arguments) throws Exception {
        try {
            method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            return e.getCause();
        }
        throw new AssertionError("nothing was thrown");
    }

    @Test
    void read_ofZstdWithoutTheLibrary_saysWhatToAdd() throws Exception {
        Class<?> parameters = new WithoutLibrary().loadClass(SealParameters.class.getName());
        Method read = parameters.getMethod("read", byte[].class);

        assertThat(read.invoke(null, SealSamples.file("parameters.zlib"))).isNotNull();
        for (int time = 0; time < 2; time++) {
            Throwable thrown = thrownBy(read, null, SealSamples.file("parameters.zstd"));
            assertThat(thrown.getClass().getName()).isEqualTo(SealFormatException.class.getName());
            assertThat(thrown)
                    .hasMessage("SEAL parameters is compressed with zstd. Zstandard is not available: add"
                            + " com.github.luben:zstd-jni to the class path or module path (module"
                            + " com.github.luben.zstd_jni), or save with compression none or zlib");
        }
    }

    @Test
    void write_ofZstdWithoutTheLibrary_saysWhatToAdd() throws Exception {
        WithoutLibrary loader = new WithoutLibrary();
        Class<?> parameters = loader.loadClass(SealParameters.class.getName());
        Class<?> encoding = loader.loadClass(SealEncoding.class.getName());
        Class<?> compression = loader.loadClass(SealCompression.class.getName());
        Object zstd = encoding.getMethod("withCompression", compression)
                .invoke(encoding.getMethod("portable").invoke(null), compression.getEnumConstants()[2]);
        Object some = parameters.getMethod("read", byte[].class).invoke(null, SealSamples.file("parameters.none"));

        Throwable thrown = thrownBy(parameters.getMethod("toBytes", encoding), some, zstd);

        assertThat(thrown)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Zstandard is not available: add com.github.luben:zstd-jni");
    }
}
