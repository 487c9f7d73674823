/**
 * Blocks in one file: content-addressed archives, version 1.
 *
 * <p>Start at {@link org.dalrn.ipfs.car.CarArchive}, which makes the archive of a file that {@code ipfs dag export} makes too, and reads
 * a file out of one. {@link org.dalrn.ipfs.car.CarWriter} and {@link org.dalrn.ipfs.car.CarReader} are the streams beneath it.
 *
 * <p>Source: IPLD CARv1 specification; the archives of Kubo 0.43.0 as vectors.
 */
package org.dalrn.ipfs.car;
