package main

//@rename order purchase
//@rename amount quantity
//@rename record entry
//@shift
import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand"
	"net"
	"os"
	"reflect"
	"regexp"
	"runtime/debug"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"shop/catalog"
)

var seed = func() int64 { n, _ := strconv.ParseInt(os.Getenv("SHOP_SEED"), 10, 64); return n }()
var random = rand.New(rand.NewSource(seed))

func number() int { return random.Intn(900000) + 10 }

func uid() string { return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", random.Uint32(), random.Intn(65536), random.Intn(4096), random.Intn(4096), random.Int63n(1<<47)) }

func host() string { return []string{"db-3.internal", "cache7.eu.example.com", "10.1.7.22"}[random.Intn(3)] + ":" + strconv.Itoa(number()%9000) }

//@from 4
//go:noinline
func describe(order any) string { return fmt.Sprint(order) }

//@end
type Line struct {
	Sku   string
	Price *int
}

type Order struct {
	Lines []Line
	Index map[string]int
}

//@shift
//go:noinline
func (order *Order) Total() int {
	amount := 0
	for _, line := range order.Lines {
		amount += *line.Price
	}
	return amount
}

//go:noinline
func (order *Order) First() Line { return order.Lines[len(order.Index)] }

//go:noinline
func (order Order) Weight() int { return number() / len(order.Lines) }

type Invoice struct{ Order *Order }

//go:noinline
func (invoice Invoice) Total() int { return len(invoice.Order.Lines) }

//@shift
//go:noinline
func addLine(order *Order) { order.Index[uid()] = number() }

//go:noinline
func tax(order *Order) { panic("invalid order") }

//go:noinline
func ship(order *Order) { panic("invalid order") }

//go:noinline
func require(value *string, name string) string {
	if value == nil {
		panic(fmt.Errorf("%s is required", name))
	}
	return *value
}

//go:noinline
func createUser(form map[string]*string) string { return "u" + require(form["mail"], "id") }

//@until 4
//go:noinline
func createInvoice(form map[string]*string) string { return "i" + require(form["number"], "id") }

//@end
//@from 4
//go:noinline
func createInvoice(form map[string]*string) string {
	value := form["number"]
	return "i" + require(value, "id")
}

//@end
//go:noinline
func parsePrice(text string) int {
	amount, err := strconv.Atoi(text)
	if err != nil {
		panic(fmt.Errorf("price of %s: %w", uid(), err))
	}
	return amount
}

//go:noinline
func importCsv() {
	for _, text := range []string{"1", fmt.Sprint(number(), "x")} {
		parsePrice(text)
	}
}

//@shift
//go:noinline
func importFeed() { fmt.Println(parsePrice(fmt.Sprint(number(), "y")), parsePrice("2")) }

//go:noinline
func decode(text string) any {
	var record map[string]int
	if err := json.Unmarshal([]byte(text), &record); err != nil {
		panic(err)
	}
	return record
}

//go:noinline
func convert(record any) int { return record.(map[string]int)["x"] }

//go:noinline
func convertOther(record any) int { return len(record.(fmt.Stringer).String()) }

//go:noinline
func sorted(order *Order) {
	sort.Slice(order.Lines, func(i, j int) bool { return *order.Lines[i].Price < *order.Lines[j].Price })
}

//go:noinline
func closure() {
	amounts := []int{1}
	run := func(index int) int { return amounts[index] }
	fmt.Println(run(number()))
}

//@shift
//go:noinline
func otherClosure() {
	var order *Order
	func() {
		func() { fmt.Println(order.Lines[0].Sku) }()
	}()
}

//go:noinline
func compile() { regexp.MustCompile("(" + uid()) }

//go:noinline
func work(jobs []string, index int) string { return strings.ToUpper(jobs[index]) }

//go:noinline
func inGoroutine() {
	var group sync.WaitGroup
	group.Add(1)
	go func() {
		defer group.Done()
		work([]string{"a"}, number())
	}()
	group.Wait()
	time.Sleep(time.Second)
}

//go:noinline
func reflected() { reflect.ValueOf(&Order{}).MethodByName("Total" + uid()).Call(nil) }

//go:noinline
func callMethod() { reflect.ValueOf(&Order{}).MethodByName("First").Call(nil) }

//go:noinline
func closeTwice() {
	jobs := make(chan int)
	close(jobs)
	close(jobs)
}

//@shift
//go:noinline
func walk(depth int) int { return walk(depth+1) + 1 }

//go:noinline
func openFile() {
	if _, err := os.Open("/srv/" + uid() + "/config.json"); err != nil {
		panic(err)
	}
}

//go:noinline
func connect() {
	if _, err := net.Dial("tcp", "127.0.0.1:1"); err != nil {
		panic(fmt.Errorf("stock of %s: %w", host(), err))
	}
}

//go:noinline
func generic[T any](values []T, index int) T { return values[index] }

//go:noinline
func useGeneric() { fmt.Println(generic([]int{1}, number())) }

//go:noinline
func repanic() {
	defer func() {
		if err := recover(); err != nil {
			panic(fmt.Errorf("request %s: %v", uid(), err))
		}
	}()
	tax(nil)
}

type run struct {
	name string
	do   func()
}

var cases = []run{
	{"Order.Total", func() { (&Order{Lines: []Line{{}}}).Total() }},
	{"Order.First", func() { (&Order{}).First() }},
	{"Order.Weight", func() { Order{}.Weight() }},
	{"Invoice.Total", func() { Invoice{}.Total() }},
	{"addLine", func() { addLine(&Order{}) }},
	{"tax", func() { tax(nil) }},
	{"ship", func() { ship(nil) }},
	{"createUser", func() { createUser(nil) }},
	{"createInvoice", func() { createInvoice(nil) }},
	{"parsePrice", importCsv},
	{"parsePrice/feed", importFeed},
	{"decode", func() { decode("<" + uid()) }},
	{"convert", func() { convert(number()) }},
	{"convertOther", func() { convertOther(number()) }},
	{"sorted", func() { sorted(&Order{Lines: make([]Line, 2+seed%3)}) }},
	{"closure", closure},
	{"otherClosure", otherClosure},
	{"compile", compile},
	{"work", inGoroutine},
	{"reflected", reflected},
	{"Order.First/reflect", callMethod},
	{"closeTwice", closeTwice},
	{"walk", func() { walk(0) }},
	{"openFile", openFile},
	{"connect", connect},
	{"generic", useGeneric},
	{"tax/repanic", repanic},
	{"catalog.Find", func() { catalog.Find(number()) }},
	{"catalog.Tree.Insert", func() { catalog.Fill(number()) }},
}

// A program that dies prints its trace itself; with a second argument the panic is recovered and told as a server
// would log it.
func main() {
	debug.SetMaxStack(1 << 18)
	if os.Args[1] == "--list" {
		names := []string{}
		for _, one := range cases {
			names = append(names, one.name)
		}
		json.NewEncoder(os.Stdout).Encode(names)
		return
	}
	if len(os.Args) > 2 {
		defer func() {
			if err := recover(); err != nil {
				// runtime.Error and error tell their type; a panic with a text has none.
				name := ""
				if cause, ok := err.(error); ok {
					name = reflect.TypeOf(cause).String()
					for errors.Unwrap(cause) != nil {
						cause = errors.Unwrap(cause)
					}
				}
				json.NewEncoder(os.Stdout).Encode(map[string]string{"type": name, "message": fmt.Sprint(err), "stacktrace": string(debug.Stack())})
			}
		}()
	}
	for _, one := range cases {
		if one.name == os.Args[1] {
			one.do()
		}
	}
}
