//@rename order purchase
//@rename amount quantity
//@shift
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Acme.Shop
{
    static class Varied
    {
        public static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("SHOP_SEED") ?? "1");
        static readonly Random random = new Random(Seed);

        public static int Number() { return random.Next(10, 900000); }

        public static string Uid() { var bytes = new byte[16]; random.NextBytes(bytes); return new Guid(bytes).ToString(); }

        public static string Host() { return new[] {"db-3.internal", "10.1.7.22"}[random.Next(2)] + ":" + Number() % 9000; }
    }

    class OrderException : Exception
    {
        public OrderException(string message, Exception inner = null) : base(message, inner) { }
    }

    class Order
    {
        public List<string> Lines = new List<string>();

        public void Validate() { if (Lines.Count == 0) throw new OrderException("nothing to validate"); }

//@shift
        public string First { get { return Lines[Varied.Seed]; } }

        public Order this[string sku] { get { throw new KeyNotFoundException("no " + sku); } }
    }

    class Invoice
    {
        public Invoice(string number) { if (number != null) number.Substring(Varied.Number()); }

        public void Validate() { throw new OrderException("nothing to validate"); }
    }

    static class Orders
    {
//@from 4
        public static Func<int, int> Neighbour() { return amount => amount + 1; }

//@end
        public static int Total(Dictionary<string, int> order) { return order["sku-" + Varied.Number()]; }

        public static void Tax(object order) { throw new OrderException("invalid order"); }

//@shift
        public static void Ship(object order) { throw new OrderException("invalid order"); }

        static T Require<T>(T value, string name) where T : class
        {
            if (value == null) throw new OrderException(name + " is required");
            return value;
        }

        public static string CreateUser(string mail) { return Require(mail, "id").Trim(); }

//@until 4
        public static string CreateInvoice(string number) { return Require(number, "id").Trim(); }
//@end
//@from 4
        public static string CreateInvoice(string number)
        {
            var value = number;
            return Require(value, "id").Trim();
        }
//@end

        public static List<string> Skus() { return new[] {"a", null}.Select(line => line.ToUpper()).ToList(); }

        public static int Weights() { return Enumerable.Range(0, 3).Sum(line => 12 / line); }

        public static decimal ParsePrice(string text) { return decimal.Parse(text); }

        public static void ImportCsv() { foreach (var text in new[] {"1", Varied.Number() + "x"}) ParsePrice(text); }

        public static List<decimal> ImportFeed() { return new[] {"2", Varied.Number() + "y"}.Select(ParsePrice).ToList(); }

        public static byte[] Decode(string text) { return Convert.FromBase64String(text); }

//@shift
        public static object LoadPrice(string kind, string text)
        {
            try
            {
                return kind == "base64" ? Decode(text) : (object)ParsePrice(text);
            }
            catch (FormatException error)
            {
                throw new OrderException("cannot load " + Varied.Uid(), error);
            }
        }

        public static void ImportAll(string kind, string text)
        {
            try { LoadPrice(kind, text); }
            catch (OrderException error) { throw new InvalidOperationException("import " + Varied.Number() + " on " + Varied.Host(), error); }
        }

        public static void Cast() { object order = Varied.Uid(); Console.WriteLine((int)order); }

        public static IEnumerable<int> Numbers() { yield return 1; object nothing = null; yield return nothing.GetHashCode(); }

        public static void Generated() { Numbers().ToList(); }
    }

    class Tree<T>
    {
        readonly T[] values = new T[1];

        public T Get(int index) { return values[index]; }

        public class Node { public void Insert(object value) { value.GetHashCode(); } }
    }

    static class Running
    {
        static async Task<int> FetchOrder(string id) { await Task.Delay(1); throw new TimeoutException(id + " at " + Varied.Host()); }

        static async Task<int> FetchStock(string id) { await Task.Delay(1); throw new TimeoutException(id + " at " + Varied.Host()); }

//@shift
        public static async Task SyncOrders() { await FetchOrder(Varied.Uid()); }

        public static async Task SyncStock() { await Task.WhenAll(FetchStock(Varied.Uid())); }

        public static void Blocking() { FetchOrder(Varied.Uid()).Wait(); }

        public static void Parallel() { Task.WaitAll(Enumerable.Range(0, 2).Select(job => Task.Run(() => Work(null))).ToArray()); }

        public static void Work(string job) { job.Trim(); }

        public static string ReadConfig() { return File.ReadAllText("/srv/" + Varied.Uid() + "/config.json"); }

        public static void Connect() { new System.Net.Sockets.TcpClient("127.0.0.1", 1); }

        public static void Reflected() { typeof(Running).GetMethod("Work").Invoke(null, new object[] {null}); }

        public static void Lambda() { var lines = new int[1]; Func<int, int> run = index => lines[index]; run(Varied.Number()); }

        public static void OtherLambda() { string text = null; Action run = () => { Action inner = () => text.Trim(); inner(); }; run(); }

        public static void Encode() { Encoding.GetEncoding("utf-" + Varied.Number()); }
    }

    static class Program
    {
        static readonly Dictionary<string, Func<Task>> cases = new Dictionary<string, Func<Task>>();

        static void Add(string name, Action run) { cases[name] = () => { run(); return Task.FromResult(0); }; }

        static string Quoted(string text)
        {
            var quoted = new StringBuilder("\"");
            foreach (var c in text ?? "")
            {
                if (c == '"' || c == '\\') quoted.Append('\\').Append(c);
                else if (c < ' ') quoted.AppendFormat("\\u{0:x4}", (int)c);
                else quoted.Append(c);
            }
            return quoted.Append('"').ToString();
        }

        static async Task Tell(string name)
        {
            try { await cases[name](); }
            catch (Exception error)
            {
                Console.WriteLine("{\"case\": " + Quoted(name) + ", \"type\": " + Quoted(error.GetType().FullName) + ", \"message\": " + Quoted(error.Message) + ", \"stacktrace\": " + Quoted(error.ToString()) + "}");
            }
        }

        static void Main(string[] arguments)
        {
//@from 4
            Add("none", () => Orders.Neighbour());
            cases.Remove("none");
//@end
            Add("Order.Validate", () => new Order().Validate());
            Add("Invoice.Validate", () => new Invoice(null).Validate());
            Add("Order.First", () => new Order().First.Trim());
            Add("Order.Item", () => new Order()[Varied.Uid()].Validate());
            Add("Invoice.new", () => new Invoice("1"));
            Add("Total", () => Orders.Total(new Dictionary<string, int>()));
            Add("Tax", () => Orders.Tax(null));
            Add("Ship", () => Orders.Ship(null));
            Add("CreateUser", () => Orders.CreateUser(null));
            Add("CreateInvoice", () => Orders.CreateInvoice(null));
            Add("Skus", () => Orders.Skus());
            Add("Weights", () => Orders.Weights());
            Add("ParsePrice", () => Orders.ImportCsv());
            Add("ParsePrice/feed", () => Orders.ImportFeed());
            Add("LoadPrice>Decode", () => Orders.LoadPrice("base64", "?"));
            Add("LoadPrice>ParsePrice", () => Orders.LoadPrice("csv", Varied.Number() + "?"));
            Add("ImportAll>Decode", () => Orders.ImportAll("base64", "?"));
            Add("ImportAll>ParsePrice", () => Orders.ImportAll("csv", Varied.Number() + "?"));
            Add("Cast", () => Orders.Cast());
            Add("Numbers", () => Orders.Generated());
            Add("Tree.Get", () => new Tree<string>().Get(Varied.Number()));
            Add("Node.Insert", () => new Tree<int>.Node().Insert(null));
            cases["FetchOrder"] = Running.SyncOrders;
            cases["FetchStock"] = Running.SyncStock;
            Add("FetchOrder/blocking", () => Running.Blocking());
            Add("Work", () => Running.Parallel());
            Add("ReadConfig", () => Running.ReadConfig());
            Add("Connect", () => Running.Connect());
            Add("Work/reflected", () => Running.Reflected());
            Add("Lambda", () => Running.Lambda());
            Add("OtherLambda", () => Running.OtherLambda());
            Add("Encode", () => Running.Encode());
            foreach (var name in arguments.Length > 0 ? arguments : cases.Keys.ToArray()) Tell(name).Wait();
        }
    }
}
