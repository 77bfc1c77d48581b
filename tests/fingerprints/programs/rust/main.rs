//@rename order purchase
//@rename amount quantity
//@shift
use std::collections::HashMap;
use std::fmt;

fn seed() -> u64 {
    std::env::var("SHOP_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

fn number() -> u64 {
    seed().wrapping_mul(2654435761) % 900000 + 10
}

fn uid() -> String {
    format!("{:016x}", number().wrapping_mul(0x9e3779b97f4a7c15))
}

//@from 4
#[inline(never)]
fn describe(order: &Order) -> String {
    format!("{} lines", order.lines.len())
}

//@end
#[derive(Debug)]
struct OrderError(String);

impl fmt::Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl std::error::Error for OrderError {}

struct Order {
    lines: Vec<Option<u64>>,
}

struct Invoice {
    lines: Vec<u64>,
}

impl Order {
//@shift
    #[inline(never)]
    fn total(&self) -> u64 {
        let mut amount = 0;
        for line in &self.lines {
            amount += line.unwrap();
        }
        amount
    }

    #[inline(never)]
    fn weight(&self) -> u64 {
        number() / (self.lines.len() as u64 - 1)
    }
}

trait Validate {
    fn validate(&self);
}

impl Validate for Order {
    #[inline(never)]
    fn validate(&self) {
        panic!("nothing to validate")
    }
}

//@shift
impl Validate for Invoice {
    #[inline(never)]
    fn validate(&self) {
        if self.lines.is_empty() {
            panic!("nothing to validate")
        }
    }
}

#[inline(never)]
fn tax(_order: &Order) {
    panic!("invalid order {}", number())
}

#[inline(never)]
fn ship(_order: &Order) {
    panic!("invalid order {}", number())
}

#[inline(never)]
fn require(value: Option<&String>, name: &str) -> String {
    value.expect(&format!("{name} is required")).clone()
}

#[inline(never)]
fn create_user(form: &HashMap<String, String>) -> usize {
    require(form.get("mail"), "id").len()
}

//@until 4
#[inline(never)]
fn create_invoice(form: &HashMap<String, String>) -> usize {
    require(form.get("number"), "id").len()
}
//@end
//@from 4
#[inline(never)]
fn create_invoice(form: &HashMap<String, String>) -> usize {
    let value = form.get("number");
    require(value, "id").len()
}
//@end

#[inline(never)]
fn parse_price(text: &str) -> u64 {
    text.parse().unwrap()
}

#[inline(never)]
fn import_csv() -> Vec<u64> {
    vec!["1".to_string(), format!("{}x", number())].iter().map(|text| parse_price(text)).collect()
}

#[inline(never)]
fn import_feed() -> u64 {
    let mut amount = 0;
    for text in ["1".to_string(), format!("{}y", number())] {
        amount += parse_price(&text);
    }
    amount
}

//@shift
mod catalog {
    pub struct Tree<T> {
        pub values: Vec<T>,
    }

    impl<T: Clone> Tree<T> {
        #[inline(never)]
        pub fn get(&self, index: usize) -> T {
            self.values[index].clone()
        }
    }

    #[inline(never)]
    pub fn find(id: usize) -> u8 {
        let names = [1u8, 2];
        names[id]
    }
}

#[inline(never)]
fn key(index: &HashMap<String, u64>) -> u64 {
    index[&super_uid()]
}

#[inline(never)]
fn super_uid() -> String {
    uid()
}

#[inline(never)]
fn slice(text: &str) -> &str {
    &text[number() as usize..]
}

//@shift
#[inline(never)]
fn closure() -> u64 {
    let lines = vec![1u64];
    let run = |index: u64| lines[index as usize];
    run(number())
}

#[inline(never)]
fn sorted() {
    let mut lines = vec![1.0, f64::NAN];
    lines.sort_by(|line, other| line.partial_cmp(other).unwrap());
}

#[inline(never)]
fn borrow() {
    let cell = std::cell::RefCell::new(1);
    let _first = cell.borrow_mut();
    let _second = cell.borrow_mut();
}

#[inline(never)]
fn read_config() -> String {
    std::fs::read_to_string(format!("/srv/{}/config.json", uid())).unwrap()
}

#[inline(never)]
fn connect() {
    std::net::TcpStream::connect("127.0.0.1:1").expect("stock");
}

#[inline(never)]
fn work(job: usize) -> u8 {
    b"jobs"[job]
}

#[inline(never)]
fn in_thread() {
    let job = number() as usize;
    let _ = std::thread::Builder::new().name(format!("worker-{}", number())).spawn(move || work(job)).unwrap().join();
}

#[inline(never)]
fn overflow(amount: u8) -> u8 {
    amount + (seed() as u8 | 255)
}

#[inline(never)]
fn boxed() -> u64 {
    let failed: Result<u64, Box<dyn std::error::Error>> = Err(Box::new(OrderError(format!("order {}", uid()))));
    failed.unwrap()
}

//@shift
fn main() {
    let case = std::env::args().nth(1).unwrap();
    let order = Order { lines: vec![None] };
    let form = HashMap::new();
    match case.as_str() {
        "Order.total" => { order.total(); }
        "Order.weight" => { order.weight(); }
        "Order.validate" => order.validate(),
        "Invoice.validate" => Invoice { lines: vec![] }.validate(),
        "tax" => tax(&order),
        "ship" => ship(&order),
        "create_user" => { create_user(&form); }
        "create_invoice" => { create_invoice(&form); }
        "parse_price" => { import_csv(); }
        "parse_price/feed" => { import_feed(); }
        "Tree.get" => { catalog::Tree { values: vec![case] }.get(number() as usize); }
        "find" => { catalog::find(number() as usize); }
        "key" => { key(&HashMap::new()); }
        "slice" => { slice("abc"); }
        "closure" => { closure(); }
        "sorted" => sorted(),
        "borrow" => borrow(),
        "read_config" => { read_config(); }
        "connect" => connect(),
        "work" => in_thread(),
        "overflow" => { overflow(7); }
        "boxed" => { boxed(); }
//@from 4
        "none" => { describe(&order); }
//@end
        _ => println!("{}", r#"["Order.total", "Order.weight", "Order.validate", "Invoice.validate", "tax", "ship", "create_user", "create_invoice", "parse_price", "parse_price/feed", "Tree.get", "find", "key", "slice", "closure", "sorted", "borrow", "read_config", "connect", "work", "overflow", "boxed"]"#),
    }
}
