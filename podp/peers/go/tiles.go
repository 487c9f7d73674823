package main

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

func init() {
	commands["tiles-read"] = tilesRead
	commands["tiles-write"] = tilesWrite
}

const height = 8

// folder is a log in the layout of C2SP tlog-tiles: the tile package's own without the height.
type folder string

func (f folder) path(tile tlog.Tile) string {
	return filepath.Join(string(f), strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
}

func (f folder) Height() int { return height }

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		bytes, err := os.ReadFile(f.path(tile))
		if errors.Is(err, os.ErrNotExist) && tile.W < 1<<height {
			full := tile
			full.W = 1 << height
			bytes, err = os.ReadFile(f.path(full))
			if err == nil {
				bytes = bytes[:tile.W*tlog.HashSize]
			}
		}
		if err != nil {
			return nil, err
		}
		data[i] = bytes
	}
	return data, nil
}

func (f folder) bundle(n int64, width int) string {
	tile := tlog.Tile{H: height, L: 0, N: n, W: width}
	return strings.Replace(f.path(tile), filepath.Join("tile", "0"), filepath.Join("tile", "entries"), 1)
}

// tilesRead takes a folder, a size and a root in hexadecimal digits. It reads all hashes through the verifying reader of tlog, compares
// them with the entries of the bundles, and answers with the number of entries.
func tilesRead(args []string) error {
	if len(args) != 3 {
		return errors.New("takes a folder, a size and a root")
	}
	log := folder(args[0])
	size, err := sizeOf(args[1:2])
	if err != nil {
		return err
	}
	var root tlog.Hash
	if n, err := hex.Decode(root[:], []byte(args[2])); err != nil || n != tlog.HashSize {
		return errors.New("no root: " + args[2])
	}
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, log)
	for first := int64(0); first < size; first += 1 << height {
		width := min(1<<height, size-first)
		indexes := make([]int64, width)
		for i := range indexes {
			indexes[i] = tlog.StoredHashIndex(0, first+int64(i))
		}
		hashes, err := reader.ReadHashes(indexes)
		if err != nil {
			return err
		}
		bundle, err := os.ReadFile(log.bundle(first>>height, int(width)))
		if err != nil {
			return err
		}
		for i, hash := range hashes {
			if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
				return fmt.Errorf("bundle %d ends before entry %d", first>>height, i)
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			if tlog.RecordHash(bundle[2:end]) != hash {
				return fmt.Errorf("entry %d is not that of the tile", first+int64(i))
			}
			bundle = bundle[end:]
		}
		if len(bundle) > 0 {
			return fmt.Errorf("bundle %d has %d bytes more", first>>height, len(bundle))
		}
	}
	fmt.Println(size)
	return nil
}

// tilesWrite takes a folder and a size, writes a log of so many leaves there and answers with its root.
func tilesWrite(args []string) error {
	if len(args) != 2 {
		return errors.New("takes a folder and a size")
	}
	log := folder(args[0])
	size, err := strconv.ParseInt(args[1], 10, 32)
	if err != nil {
		return err
	}
	var hashes memory
	for n := int64(0); n < size; n++ {
		stored, err := tlog.StoredHashes(n, leaf(n), hashes)
		if err != nil {
			return err
		}
		hashes = append(hashes, stored...)
	}
	for _, tile := range tlog.NewTiles(height, 0, size) {
		data, err := tlog.ReadTileData(tile, hashes)
		if err != nil {
			return err
		}
		if err := write(log.path(tile), data); err != nil {
			return err
		}
	}
	for first := int64(0); first < size; first += 1 << height {
		width := min(1<<height, size-first)
		var data []byte
		for n := first; n < first+width; n++ {
			data = binary.BigEndian.AppendUint16(data, uint16(len(leaf(n))))
			data = append(data, leaf(n)...)
		}
		if err := write(log.bundle(first>>height, int(width)), data); err != nil {
			return err
		}
	}
	root, err := tlog.TreeHash(size, hashes)
	if err != nil {
		return err
	}
	fmt.Println(hex.EncodeToString(root[:]))
	return nil
}

func write(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o666)
}
