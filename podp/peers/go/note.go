package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"

	"github.com/transparency-dev/formats/log"
	cosignature "github.com/transparency-dev/formats/note"
	"golang.org/x/crypto/ssh/agent"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func init() {
	commands["note-open"] = noteOpen
	commands["note-sign"] = noteSign
	commands["note-cosign"] = noteCosign
	commands["checkpoint"] = checkpoint
	commands["add-checkpoint"] = addCheckpoint
	commands["ssh-agent"] = sshAgent
}

// signerKey is the text of a private key that Go's note package reads: type 1, Ed25519.
func signerKey(name, seed string) (string, error) {
	bytes, err := hex.DecodeString(seed)
	if err != nil || len(bytes) != ed25519.SeedSize {
		return "", errors.New("a seed has 64 hexadecimal digits")
	}
	public := ed25519.NewKeyFromSeed(bytes).Public().(ed25519.PublicKey)
	hash := sha256.New()
	fmt.Fprintf(hash, "%s\n\x01%s", name, string(public))
	id := binary.BigEndian.Uint32(hash.Sum(nil))
	return fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", name, id, base64.StdEncoding.EncodeToString(append([]byte{1}, bytes...))), nil
}

// verifier is Go's own for type 1, and that of transparency-dev/formats for cosignature/v1, type 4.
func verifier(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(vkey, "+", 3) // base64 has the sign too
	key, err := base64.StdEncoding.DecodeString(parts[len(parts)-1])
	if err == nil && len(key) > 0 && key[0] == 4 {
		return cosignature.NewVerifierForCosignatureV1(vkey)
	}
	return note.NewVerifier(vkey)
}

func verifiers(vkeys []string) ([]note.Verifier, error) {
	var known []note.Verifier
	for _, vkey := range vkeys {
		v, err := verifier(vkey)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", vkey, err)
		}
		known = append(known, v)
	}
	return known, nil
}

// noteOpen VKEY... reads a note and writes a line for each signature that it verifies: name, id and, of a cosignature, the second.
func noteOpen(args []string) error {
	known, err := verifiers(args)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	opened, err := note.Open(text, note.VerifierList(known...))
	if err != nil {
		return err
	}
	for _, sig := range opened.Sigs {
		time := ""
		if raw, err := base64.StdEncoding.DecodeString(sig.Base64); err == nil && len(raw) == 4+8+64 {
			at, err := cosignature.CoSigV1Timestamp(sig)
			if err != nil {
				return err
			}
			time = " " + strconv.FormatInt(at.Unix(), 10)
		}
		fmt.Printf("%s %08x%s\n", sig.Name, sig.Hash, time)
	}
	return nil
}

// noteSign NAME SEED reads a text and writes the note.
func noteSign(args []string) error {
	if len(args) != 2 {
		return errors.New("NAME SEED")
	}
	key, err := signerKey(args[0], args[1])
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(key)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	signed, err := note.Sign(&note.Note{Text: string(text)}, signer)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(signed)
	return err
}

// noteCosign NAME SEED VKEY reads a note that VKEY signed and writes it with a cosignature of now.
func noteCosign(args []string) error {
	if len(args) != 3 {
		return errors.New("NAME SEED VKEY")
	}
	key, err := signerKey(args[0], args[1])
	if err != nil {
		return err
	}
	signer, err := cosignature.NewSignerForCosignatureV1(key)
	if err != nil {
		return err
	}
	known, err := verifiers(args[2:])
	if err != nil {
		return err
	}
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	opened, err := note.Open(text, note.VerifierList(known...))
	if err != nil {
		return err
	}
	signed, err := note.Sign(opened, signer)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(signed)
	return err
}

// checkpoint ORIGIN VKEY reads a checkpoint and writes what transparency-dev/formats finds in it: size and root.
func checkpoint(args []string) error {
	if len(args) != 2 {
		return errors.New("ORIGIN VKEY")
	}
	key, err := verifier(args[1])
	if err != nil {
		return err
	}
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	parsed, _, _, err := log.ParseCheckpoint(text, args[0], key)
	if err != nil {
		return err
	}
	fmt.Printf("%d %x\n", parsed.Size, parsed.Hash)
	return nil
}

// addCheckpoint ORIGIN SEED OLD NEW writes the body of a request to a witness, for the log of "leaf 0", "leaf 1", and so on.
func addCheckpoint(args []string) error {
	if len(args) != 4 {
		return errors.New("ORIGIN SEED OLD NEW")
	}
	oldSize, err := strconv.ParseInt(args[2], 10, 64)
	if err != nil {
		return err
	}
	newSize, err := strconv.ParseInt(args[3], 10, 64)
	if err != nil {
		return err
	}
	hashes, roots, err := build(newSize)
	if err != nil {
		return err
	}
	key, err := signerKey(args[0], args[1])
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(key)
	if err != nil {
		return err
	}
	root := roots[newSize]
	text := log.Checkpoint{Origin: args[0], Size: uint64(newSize), Hash: root[:]}.Marshal()
	signed, err := note.Sign(&note.Note{Text: string(text)}, signer)
	if err != nil {
		return err
	}
	var body bytes.Buffer
	fmt.Fprintf(&body, "old %d\n", oldSize)
	if oldSize > 0 && oldSize < newSize {
		proof, err := tlog.ProveTree(newSize, oldSize, hashes)
		if err != nil {
			return err
		}
		for _, hash := range proof {
			fmt.Fprintln(&body, base64.StdEncoding.EncodeToString(hash[:]))
		}
	}
	body.WriteString("\n")
	body.Write(signed)
	_, err = os.Stdout.Write(body.Bytes())
	return err
}

// sshAgent SOCKET SEED keeps one key for litewitness, which signs through an agent, until standard input ends.
func sshAgent(args []string) error {
	if len(args) != 2 {
		return errors.New("SOCKET SEED")
	}
	seed, err := hex.DecodeString(args[1])
	if err != nil || len(seed) != ed25519.SeedSize {
		return errors.New("a seed has 64 hexadecimal digits")
	}
	keys := agent.NewKeyring()
	private := ed25519.NewKeyFromSeed(seed)
	if err := keys.Add(agent.AddedKey{PrivateKey: &private}); err != nil {
		return err
	}
	listener, err := net.Listen("unix", args[0])
	if err != nil {
		return err
	}
	defer listener.Close()
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close()
				_ = agent.ServeAgent(keys, connection)
			}()
		}
	}()
	fmt.Println("ready")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
