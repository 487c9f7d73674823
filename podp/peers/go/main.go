// Program podp-peer is the independent peer of podp's interoperability tests: Go's own tlog and note packages behind
// subcommands that read standard input and write standard output.
package main

import (
	"fmt"
	"os"
	"sort"
)

// commands holds what each file of this program registers in its init function.
var commands = map[string]func(args []string) error{}

func main() {
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		var names []string
		for name := range commands {
			names = append(names, name)
		}
		sort.Strings(names)
		fmt.Fprintln(os.Stderr, "usage: podp-peer COMMAND [ARGUMENT...]; commands:", names)
		os.Exit(2)
	}
	if err := commands[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "podp-peer", os.Args[1]+":", err)
		os.Exit(1)
	}
}
