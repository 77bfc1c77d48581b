import functools

# @rename order purchase
# @rename line row
# @rename amount quantity
# @shift
from dataclasses import dataclass, field

from shop import varied


# @from 4
def describe(order):
    return f"order {order!r}"


# @end


class OrderError(Exception):
    pass


class Missing(OrderError):
    pass


@dataclass
class Line:
    sku: str
    amount: int
    # @shift

    def __post_init__(self):
        if self.amount < 0:
            raise ValueError(f"negative amount {self.amount} for {self.sku}")


@dataclass
class Order:
    id: str
    lines: list = field(default_factory=list)

    def validate(self):
        if not self.lines:
            raise ValueError("nothing to validate")


@dataclass
class Invoice:
    id: str
    total: int = 0

    # @shift
    def validate(self):
        if not self.total:
            raise ValueError("nothing to validate")


def check_order(order):
    order.validate()


def check_invoice(invoice):
    invoice.validate()


# @shift
def tax(order):
    if order["total"] > 0:
        raise ValueError("invalid order")
    return 0


# @from 4
def vat(order):
    return tax(order) * 1.2


# @end
def ship(order):
    for attempt in range(2):
        if attempt:
            raise ValueError("invalid order")


def total(order):
    amount = 0
    for line in order["lines"]:
        amount += line["price"] * line["amount"]
    return amount


def find_line(order, sku):
    return order["index"][sku]


# @shift
def require(value, name):
    if value is None:
        raise Missing(f"{name} is required")
    return value


def create_user(form):
    return require(form.get("mail"), "id")


def create_invoice(form):
    # @from 4
    number = form.get("number")
    return require(number, "id")
    # @end
    # @until 4
    return require(form.get("number"), "id")


# @end


def retried(times):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*arguments, **options):
            for attempt in range(times):
                try:
                    return function(*arguments, **options)
                except ConnectionError:
                    if attempt == times - 1:
                        raise
            return None

        return wrapper

    return decorate


@retried(3)
def reserve(order):
    raise ConnectionResetError(104, f"reset by {varied.host()}")


@retried(2)
def release(order):
    raise ConnectionResetError(104, f"reset by {varied.host()}")


# @shift
def average(order):
    divide = lambda amount, count: amount / count  # noqa: E731
    return divide(order["total"], len(order["lines"]))


def cheapest(order):
    return min(order["lines"], key=lambda line: line.price)


def skus(order):
    return [line["sku"].upper() for line in order["lines"]]


def weights(order):
    return sum(line["weight"] for line in order["lines"])


def by_sku(order):
    return {line["sku"]: line["count"] + None for line in order["lines"]}


class Book:
    def __init__(self, pages):
        self.pages = pages

    def __getitem__(self, name):
        return self.pages[name]

    @property
    def first(self):
        return self.pages[0].title


def open_book():
    return Book([None]).first


def read_page():
    return Book({})[f"page-{varied.number()}"]
