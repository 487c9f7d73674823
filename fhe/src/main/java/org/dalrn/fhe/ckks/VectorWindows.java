package org.dalrn.fhe.ckks;

import java.util.Objects;

/**
 * The windows that a kernel sees while it slides over an image, one a row ("im2col"): a convolution is then the product of that matrix
 * with the kernel read row by row.
 */
public final class VectorWindows {
    private VectorWindows() {}

    /**
     * The windows, from left to right, then from top to bottom, without padding at the edges.
     *
     * @param image {@code [height][width]}
     * @param kernelRows height of the kernel, 1 to the image's
     * @param kernelColumns width of the kernel, 1 to the image's
     * @param stride how far the kernel moves, at least 1
     * @return {@code [windows][kernelRows kernelColumns]}
     */
    public static double[][] of(double[][] image, int kernelRows, int kernelColumns, int stride) {
        int width = requireRectangle(image, "image");
        int height = image.length;
        if (kernelRows < 1 || kernelRows > height || kernelColumns < 1 || kernelColumns > width) {
            throw new IllegalArgumentException("kernel of " + kernelRows + " x " + kernelColumns
                    + " does not fit an image of " + height + " x " + width + "; each side is 1 to the image's");
        }
        if (stride < 1) {
            throw new IllegalArgumentException("stride " + stride + " is not positive");
        }
        int down = (height - kernelRows) / stride + 1;
        int across = (width - kernelColumns) / stride + 1;
        double[][] windows = new double[down * across][kernelRows * kernelColumns];
        for (int w = 0; w < windows.length; w++) {
            int top = w / across * stride;
            int left = w % across * stride;
            for (int r = 0; r < kernelRows; r++) {
                System.arraycopy(image[top + r], left, windows[w], r * kernelColumns, kernelColumns);
            }
        }
        return windows;
    }

    /** Checks a matrix and returns its columns. */
    static int requireRectangle(double[][] matrix, String what) {
        Objects.requireNonNull(matrix, what);
        if (matrix.length == 0 || Objects.requireNonNull(matrix[0], what + " row 0").length == 0) {
            throw new IllegalArgumentException(what + " is empty; it has at least one row and one column");
        }
        int columns = matrix[0].length;
        for (int i = 1; i < matrix.length; i++) {
            if (Objects.requireNonNull(matrix[i], what + " row " + i).length != columns) {
                throw new IllegalArgumentException(what + " row " + i + " has " + matrix[i].length
                        + " numbers, row 0 has " + columns + "; all rows need the same");
            }
        }
        return columns;
    }
}
