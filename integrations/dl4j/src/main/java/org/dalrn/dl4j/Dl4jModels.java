package org.dalrn.dl4j;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.TensorSpec;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Copies of parameters between a DL4J network and a federation.
 *
 * <p><b>Order.</b> The flat buffer of the {@link Parameters} is DL4J's own: element {@code i} is element {@code i} of
 * {@code network.params()}. The tensors are the entries of {@code network.paramTable()} in the order of their memory,
 * under DL4J's names: {@code 0_W}, {@code 0_b}, {@code 1_gamma} in a {@code MultiLayerNetwork}, {@code <vertex>_W} in a
 * {@code ComputationGraph}.
 *
 * <p><b>Shape.</b> DL4J keeps the weights of most layers column-major, while a {@link ParameterLayout} is row-major.
 * The layout therefore names such a tensor with its dimensions reversed, which describes the same memory: the weights of
 * a dense layer with 64 inputs and 10 outputs are {@code [64, 10]} in DL4J and {@code [10, 64]} here, as in PyTorch.
 * Tensors that DL4J keeps row-major, such as those of convolutions, have the same shape on both sides.
 *
 * <p><b>Type.</b> Values travel as float32. A network of type FLOAT comes back bit for bit; one of type DOUBLE is rounded
 * to float32 on the way out, one of type HALF or BFLOAT16 on the way in.
 *
 * <p><b>Batch normalisation.</b> DL4J counts the running statistics among the parameters: {@code mean}, and {@code var} or,
 * as its default, {@code log10stdev}. They are averaged across the nodes like weights. The updater's state (momentum
 * and the like) is no parameter and does not travel.
 *
 * <p>The methods are thread-safe as far as nobody else uses the network meanwhile: DL4J networks are confined to one
 * thread at a time.
 */
public final class Dl4jModels {
    private Dl4jModels() {}

    /**
     * Returns the layout of a network's parameters; equal for all networks of the same configuration.
     *
     * @throws IllegalArgumentException if the network is not initialised, has no parameters, or keeps a parameter in
     *     another way than as one dense block
     */
    public static ParameterLayout layout(Model network) {
        long total = flat(network).length();
        List<Map.Entry<String, INDArray>> entries =
                new ArrayList<>(network.paramTable().entrySet());
        // The table of a graph follows the declaration of its vertices, the memory their topological order.
        entries.sort(Comparator.comparingLong(entry -> entry.getValue().offset()));
        List<TensorSpec> tensors = new ArrayList<>(entries.size());
        long end = 0;
        for (Map.Entry<String, INDArray> entry : entries) {
            INDArray tensor = entry.getValue();
            if (tensor.offset() != end) {
                throw notDense(entry.getKey(), tensor, "starts at element " + tensor.offset() + ", not " + end);
            }
            tensors.add(new TensorSpec(entry.getKey(), rowMajorShape(entry.getKey(), tensor)));
            end += tensor.length();
        }
        if (end != total) {
            throw new IllegalArgumentException("the network's table has " + end + " parameters, its params() " + total
                    + "; a custom layer must list all its parameters in paramTable()");
        }
        return ParameterLayout.of(tensors);
    }

    /**
     * Returns a copy of a network's parameters, such as the initial model of a run.
     *
     * @throws IllegalArgumentException as {@link #layout}, or if there are 2<sup>29</sup> parameters or more (2 GiB)
     */
    public static Parameters initialParameters(Model network) {
        return read(network, layout(network));
    }

    /**
     * Sets a network's parameters, for instance to a published model.
     *
     * @throws IllegalArgumentException as {@link #layout}, or if the layout of the parameters is not the network's; the
     *     network is unchanged then
     */
    public static void applyTo(Model network, Parameters parameters) {
        ParameterLayout expected = layout(network);
        if (!expected.equals(parameters.layout())) {
            throw new IllegalArgumentException("the parameters are not of this network: " + parameters.layout()
                    + " with the tensors " + names(parameters.layout()) + ", not the network's " + expected + " with "
                    + names(expected) + "; build the network with the configuration that the run was started with");
        }
        INDArray flat = flat(network);
        flat.assign(Nd4j.createFromArray(parameters.toArray()).castTo(flat.dataType()));
    }

    /** The parameters, for a caller that knows the layout already. */
    static Parameters read(Model network, ParameterLayout layout) {
        INDArray flat = flat(network).castTo(DataType.FLOAT);
        if (flat.length() > Integer.MAX_VALUE / Float.BYTES) {
            throw new IllegalArgumentException("the network has " + flat.length()
                    + " parameters, more than 2 GiB of float32; federate a smaller network");
        }
        return Parameters.create(layout, target -> {
            FloatBuffer source = flat.data().asNioFloat();
            target.put(source.limit(source.position() + target.remaining()));
        });
    }

    private static INDArray flat(Model network) {
        INDArray flat = network.params();
        if (flat == null || flat.length() == 0) {
            throw new IllegalArgumentException(
                    "the network has no parameters; call its init(), and give it a layer that learns");
        }
        return flat;
    }

    private static List<Integer> rowMajorShape(String name, INDArray tensor) {
        INDArray reversed = tensor.rank() < 2 ? tensor : tensor.transpose();
        if (!isRowMajor(tensor) && !isRowMajor(reversed)) {
            throw notDense(name, tensor, "has strides " + Arrays.toString(tensor.stride()));
        }
        long[] shape = (isRowMajor(tensor) ? tensor : reversed).shape();
        return Arrays.stream(shape).mapToObj(Math::toIntExact).toList();
    }

    private static boolean isRowMajor(INDArray tensor) {
        long expected = 1;
        for (int i = tensor.rank() - 1; i >= 0; i--) {
            // The stride of a dimension of 1 is never used, and ND4J writes anything there.
            if (tensor.size(i) != 1 && tensor.stride(i) != expected) {
                return false;
            }
            expected *= tensor.size(i);
        }
        return true;
    }

    private static IllegalArgumentException notDense(String name, INDArray tensor, String fault) {
        return new IllegalArgumentException(
                "parameter \"" + name + "\" of shape " + Arrays.toString(tensor.shape()) + " " + fault
                        + " of the network's params(); its layer must keep it as one dense block of the given view");
    }

    private static String names(ParameterLayout layout) {
        String names = layout.tensors().toString();
        return names.length() <= 500 ? names : names.substring(0, 500) + "...";
    }
}
