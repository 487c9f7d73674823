/**
 * Keys that no single party holds: generated, and used for decryption, by several parties together.
 *
 * <p>{@link org.dalrn.fhe.multiparty.KeyCeremony} is the entry.
 */
package org.dalrn.fhe.multiparty;
