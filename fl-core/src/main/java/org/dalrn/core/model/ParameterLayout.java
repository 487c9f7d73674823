package org.dalrn.core.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The order, names and shapes of the tensors that lie one after another in a flat float32 buffer.
 *
 * <p>Two layouts are equal if they list equal tensors in the same order, which is exactly if their {@link #digest
 * digests} are equal.
 *
 * <p><b>Canonical encoding</b>, the bytes under {@link #digest()}: US-ASCII text, each line ended by one line feed
 * (0x0a), numbers in decimal without leading zeros:
 *
 * <pre>
 * dalrn-parameter-layout/1
 * float32 &lt;number of tensors&gt; &lt;number of elements&gt;
 * &lt;length of name&gt; &lt;name&gt; [&lt;dimension&gt;,&lt;dimension&gt;,...]       one such line for each tensor, in order
 * </pre>
 *
 * so the layout of a vector {@code w} of 20 elements and a scalar {@code b} is the text
 *
 * <pre>
 * dalrn-parameter-layout/1
 * float32 2 21
 * 1 w [20]
 * 1 b []
 * </pre>
 *
 * The length before the name keeps names with spaces or brackets unambiguous.
 *
 * <p>Immutable and thread-safe.
 */
public final class ParameterLayout {
    /** Largest number of elements: 2<sup>31</sup> - 9, what a Java array holds on every JVM. */
    public static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

    private final List<TensorSpec> tensors;
    private final Map<String, Integer> positions;
    private final int[] offsets;
    private final int elementCount;
    private final ContentHash digest;

    private ParameterLayout(List<TensorSpec> tensors) {
        this.tensors = tensors;
        this.positions = new HashMap<>();
        this.offsets = new int[tensors.size()];
        long end = 0;
        for (int i = 0; i < offsets.length; i++) {
            TensorSpec tensor = tensors.get(i);
            if (positions.putIfAbsent(tensor.name(), i) != null) {
                throw new IllegalArgumentException("tensor name \"" + tensor.name()
                        + "\" occurs twice in the layout; give each tensor its own name");
            }
            // The subtraction cannot overflow, the sum could.
            if (tensor.elementCount() > MAX_ELEMENTS - end) {
                throw new IllegalArgumentException("layout exceeds " + MAX_ELEMENTS + " elements at tensor \""
                        + tensor.name() + "\" of shape " + tensor.shape() + "; split the model into several layouts");
            }
            offsets[i] = (int) end;
            end += tensor.elementCount();
        }
        this.elementCount = (int) end;
        this.digest = ContentHash.of(canonicalText().getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Creates a layout of the given tensors, in this order.
     *
     * @throws IllegalArgumentException if there is no tensor, a name occurs twice, or there are more than
     *     {@link #MAX_ELEMENTS} elements
     */
    public static ParameterLayout of(List<TensorSpec> tensors) {
        List<TensorSpec> copy = List.copyOf(tensors);
        if (copy.isEmpty()) {
            throw new IllegalArgumentException("layout has 0 tensors, not at least 1; list the tensors of the model");
        }
        return new ParameterLayout(copy);
    }

    /** Creates a layout of the given tensors; see {@link #of(List)}. */
    public static ParameterLayout of(TensorSpec... tensors) {
        return of(List.of(tensors));
    }

    /** Returns the tensors in buffer order, unmodifiable, at least one. */
    public List<TensorSpec> tensors() {
        return tensors;
    }

    /** Returns the number of float32 elements, in {@code [1, MAX_ELEMENTS]}. */
    public int elementCount() {
        return elementCount;
    }

    /** Returns the size of the buffer in bytes: four for each element. */
    public long byteLength() {
        return (long) Float.BYTES * elementCount;
    }

    /**
     * Returns where a tensor starts in the flat buffer, in elements.
     *
     * @throws IllegalArgumentException if no tensor has this name
     */
    public int offset(String name) {
        return offsets[position(name)];
    }

    /**
     * Returns the tensor of this name.
     *
     * @throws IllegalArgumentException if no tensor has this name
     */
    public TensorSpec tensor(String name) {
        return tensors.get(position(name));
    }

    /** Returns the SHA-256 of the canonical encoding described above. */
    public ContentHash digest() {
        return digest;
    }

    private int position(String name) {
        Objects.requireNonNull(name, "name");
        Integer position = positions.get(name);
        if (position == null) {
            String some = tensors.stream().limit(8).map(TensorSpec::name).collect(Collectors.joining(", "));
            throw new IllegalArgumentException("layout has no tensor " + IdentifierSyntax.quote(name) + "; it has "
                    + tensors.size() + ": " + some + (tensors.size() > 8 ? ", ..." : ""));
        }
        return position;
    }

    private String canonicalText() {
        StringBuilder text = new StringBuilder("dalrn-parameter-layout/1\nfloat32 ");
        text.append(tensors.size()).append(' ').append(elementCount).append('\n');
        for (TensorSpec tensor : tensors) {
            String shape = tensor.shape().stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
            text.append(tensor.name().length())
                    .append(' ')
                    .append(tensor.name())
                    .append(' ')
                    .append(shape)
                    .append('\n');
        }
        return text.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ParameterLayout that && tensors.equals(that.tensors);
    }

    @Override
    public int hashCode() {
        return tensors.hashCode();
    }

    @Override
    public String toString() {
        return "ParameterLayout[" + tensors.size() + " tensors, " + elementCount + " elements, offsets "
                + (offsets.length <= 8 ? Arrays.toString(offsets) : "...") + "]";
    }
}
