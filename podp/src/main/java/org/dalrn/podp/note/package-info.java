/**
 * Signed statements about a log: Ed25519 keys, signed notes, checkpoints, cosignatures of witnesses, and which key was
 * trusted when.
 *
 * <p>{@link org.dalrn.podp.note.SignedNote} reads what came from outside; its
 * {@link org.dalrn.podp.note.SignedNote#check check} tells of every signature line by which key it was verified, or
 * that it was not.
 *
 * <pre>{@code
 * Ed25519KeyPair keys = Ed25519KeyPair.read(file);
 * SignedNote note = new Checkpoint(origin, size, root).sign(keys.signer(origin));
 * boolean ours = SignedNote.parse(note.toByteArray())
 *         .check(List.of(new NoteVerifier(origin, keys.publicKey())))
 *         .accepted();
 * }</pre>
 *
 * <p>Sources: C2SP signed-note, tlog-checkpoint and tlog-cosignature at commit 5ba5ee8, RFC 8032; docs/receipts.md,
 * sections Checkpoint and Keys.
 */
package org.dalrn.podp.note;
