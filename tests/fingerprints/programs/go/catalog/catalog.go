// Package catalog is a package of its own, so that frames have import paths.
package catalog

//@shift

import "fmt"

type Tree[T any] struct {
	root *node[T]
}

type node[T any] struct {
	left  *node[T]
	value T
}

//@shift

//go:noinline
func Find(id int) string {
	return []string{"a"}[id]
}

//go:noinline
func (tree *Tree[T]) Insert(value T) {
	tree.root.left.value = value
}

//go:noinline
func Fill(id int) { (&Tree[string]{}).Insert(fmt.Sprint(id)) }
