# @shift
import asyncio
import json
import sys
import traceback

from shop import orders, prices, remote, running, varied

ORDER = {"total": 7, "lines": [{"sku": "a"}], "index": {}}


def perform(function, *arguments):
    return function(*arguments)


# @until 4
def serve(case):
    perform(CASES[case])


# @end
# @from 4
def dispatch(case):
    perform(CASES[case])


def serve(case):
    dispatch(case)


# @end
# bug: what to call. The bug is the function that is wrong; a caller after it makes another case of the same bug.
CASES = {
    "post_init": lambda: orders.Line(f"sku-{varied.number()}", -varied.number()),
    "Order.validate": lambda: orders.check_order(orders.Order("1")),
    "Invoice.validate": lambda: orders.check_invoice(orders.Invoice("1")),
    "tax": lambda: orders.tax(ORDER),
    "ship": lambda: orders.ship(ORDER),
    "total": lambda: orders.total(ORDER),
    "find_line": lambda: orders.find_line(ORDER, f"sku-{varied.number()}"),
    "create_user": lambda: orders.create_user({}),
    "create_invoice": lambda: orders.create_invoice({}),
    "reserve": lambda: orders.reserve(ORDER),
    "release": lambda: orders.release(ORDER),
    "average": lambda: orders.average({"total": 3, "lines": []}),
    "cheapest": lambda: orders.cheapest({"lines": [object(), object()]}),
    "skus": lambda: orders.skus({"lines": [{"sku": None}]}),
    "weights": lambda: orders.weights(ORDER),
    "by_sku": lambda: orders.by_sku({"lines": [{"sku": 1, "count": 2}]}),
    "open_book": orders.open_book,
    "read_page": orders.read_page,
    "parse_price": prices.import_csv,
    "parse_price/feed": prices.import_feed,
    "decode": lambda: prices.decode(f"<html>{varied.number()}"),
    "unpack": lambda: prices.unpack(b"x" * (varied.SEED % 5 + 1)),
    "inflate": lambda: prices.inflate(b"x"),
    "unhex": lambda: prices.unhex("xyz"),
    "when": lambda: prices.when(f"{varied.number()}/1"),
    "matches": lambda: prices.matches(f"[a-{varied.number()}"),
    "rows": lambda: prices.rows(f"orders_{varied.number()}"),
    "utf8": lambda: prices.utf8(b"a" * varied.SEED + b"\xff"),
    "read_missing": prices.read_missing,
    "connect": prices.connect,
    "load_price>decode": lambda: prices.load_price({"kind": "json", "text": "{}"}),
    "load_price>parse_price": lambda: prices.load_price({"kind": "csv", "text": f"{varied.number()}?"}),
    "save_price": lambda: prices.save_price({}),
    "three_deep>decode": lambda: prices.three_deep({"kind": "json", "text": "{}"}),
    "noted": prices.noted,
    "multi_line": prices.multi_line,
    "walk": lambda: running.walk({}),
    "mutual": lambda: running.descend(0),
    "fetch": lambda: asyncio.run(running.fetch_all()),
    "store": lambda: asyncio.run(running.store_all()),
    "poll": lambda: asyncio.run(running.gathered()),
    "slow": lambda: asyncio.run(running.slow()),
    "halve": running.in_pool,
    "work": running.in_thread,
    "commit": running.commit,
    "rollback": running.rollback,
    "run_tool": running.run_tool,
    "formula": running.evaluate,
    "rule": running.evaluate_other,
    "compile_rule": running.compile_rule,
    "compile_template": running.compile_template,
    "plugin": running.import_plugin,
    "no_text": running.no_text,
    "no_text_either": running.no_text_either,
    "first": lambda: running.first([]),
    "generated": running.generated,
    "cleanup": running.cleanup,
    "groups": running.groups,
    "get_rates": remote.get_rates,
    "get_stock": remote.get_stock,
    "get_news": remote.get_news,
    "bad_option": remote.bad_option,
    "in_callback": remote.in_callback,
    "sync_rates": remote.sync_rates,
    "sync_stock": remote.sync_stock,
}


def main(case):
    sys.setrecursionlimit(400 + 50 * varied.SEED)
    try:
        serve(case)
    except BaseException as error:
        kind = type(error)
        name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
        print(json.dumps({"type": name, "message": str(error), "stacktrace": traceback.format_exc()}))


if __name__ == "__main__":
    if sys.argv[1] == "--list":
        print(json.dumps(list(CASES)))
    else:
        main(sys.argv[1])
