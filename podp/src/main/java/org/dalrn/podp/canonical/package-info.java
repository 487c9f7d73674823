/**
 * The one spelling of a tree of objects, arrays and strings: RFC 8785 (JCS) without numbers, booleans and nulls.
 *
 * <p>{@link org.dalrn.podp.canonical.CanonicalJson} writes and reads trees; {@link org.dalrn.podp.canonical.Scalar} writes
 * numbers and bytes as the strings that stand in them. The written format is section 1 of {@code docs/receipts.md}.
 *
 * <pre>{@code
 * SortedMap<String, Object> tree = new TreeMap<>(Map.of("clients", Scalar.of(3), "rate", Scalar.of(0.01)));
 * byte[] text = CanonicalJson.write(tree); // {"clients":"3","rate":"3f847ae147ae147b"}
 * assert CanonicalJson.read(text).equals(tree);
 * }</pre>
 */
package org.dalrn.podp.canonical;
