package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

func init() {
	commands["tlog-make"] = tlogMake
	commands["tlog-verify"] = tlogVerify
}

// memory holds the hashes of a log in the order of tlog's stored hashes.
type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(m)) {
			return nil, fmt.Errorf("hash %d of %d", index, len(m))
		}
		hashes[i] = m[index]
	}
	return hashes, nil
}

// leaf is the data of a leaf of the logs that both peers build.
func leaf(n int64) []byte {
	return []byte("leaf " + strconv.FormatInt(n, 10))
}

func build(size int64) (memory, []tlog.Hash, error) {
	var hashes memory
	var roots []tlog.Hash
	for n := int64(0); n <= size; n++ {
		root, err := tlog.TreeHash(n, hashes)
		if err != nil {
			return nil, nil, err
		}
		roots = append(roots, root)
		if n < size {
			stored, err := tlog.StoredHashes(n, leaf(n), hashes)
			if err != nil {
				return nil, nil, err
			}
			hashes = append(hashes, stored...)
		}
	}
	return hashes, roots, nil
}

func sizeOf(args []string) (int64, error) {
	if len(args) != 1 {
		return 0, errors.New("takes one argument: the largest size")
	}
	return strconv.ParseInt(args[0], 10, 32)
}

// tlogMake writes, for the sizes from 1 up to its argument: the root; the inclusion proof of every leaf; the consistency
// proof from every size from 1 to itself. A proof is a byte for the number of its hashes, then these.
func tlogMake(args []string) error {
	size, err := sizeOf(args)
	if err != nil {
		return err
	}
	hashes, roots, err := build(size)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	write := func(path []tlog.Hash) {
		out.WriteByte(byte(len(path)))
		for _, hash := range path {
			out.Write(hash[:])
		}
	}
	for n := int64(1); n <= size; n++ {
		out.Write(roots[n][:])
		for i := int64(0); i < n; i++ {
			proof, err := tlog.ProveRecord(n, i, hashes)
			if err != nil {
				return err
			}
			write(proof)
		}
		for m := int64(1); m <= n; m++ {
			proof, err := tlog.ProveTree(n, m, hashes)
			if err != nil {
				return err
			}
			write(proof)
		}
	}
	return out.Flush()
}

// tlogVerify reads what tlogMake writes, made by another, and answers with one line: how many roots, inclusion proofs and
// consistency proofs hold. The first that does not is an error.
func tlogVerify(args []string) error {
	size, err := sizeOf(args)
	if err != nil {
		return err
	}
	_, roots, err := build(size)
	if err != nil {
		return err
	}
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	read := func() ([]tlog.Hash, error) {
		length, err := in.ReadByte()
		if err != nil {
			return nil, err
		}
		path := make([]tlog.Hash, length)
		for i := range path {
			if _, err := io.ReadFull(in, path[i][:]); err != nil {
				return nil, err
			}
		}
		return path, nil
	}
	var inclusions, consistencies int64
	for n := int64(1); n <= size; n++ {
		var root tlog.Hash
		if _, err := io.ReadFull(in, root[:]); err != nil {
			return err
		}
		if root != roots[n] {
			return fmt.Errorf("root of size %d is %v, not %v", n, roots[n], root)
		}
		for i := int64(0); i < n; i++ {
			path, err := read()
			if err != nil {
				return err
			}
			if err := tlog.CheckRecord(path, n, root, i, tlog.RecordHash(leaf(i))); err != nil {
				return fmt.Errorf("leaf %d of %d: %w", i, n, err)
			}
			inclusions++
		}
		for m := int64(1); m <= n; m++ {
			path, err := read()
			if err != nil {
				return err
			}
			if err := tlog.CheckTree(path, n, root, m, roots[m]); err != nil {
				return fmt.Errorf("size %d to %d: %w", m, n, err)
			}
			consistencies++
		}
	}
	if _, err := in.ReadByte(); err != io.EOF {
		return errors.New("more bytes than proofs")
	}
	fmt.Println(size, inclusions, consistencies)
	return nil
}
