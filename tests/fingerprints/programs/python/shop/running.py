# @rename node item
# @rename depth level
import asyncio
import concurrent.futures
import contextlib
import subprocess
import sys
import threading

from shop import varied


# @shift
def walk(node, depth=0):
    return walk(node, depth + 1)


def descend(depth):
    return ascend(depth + 1)


def ascend(depth):
    return descend(depth + 1)


# @from 4
async def prepare():
    await asyncio.sleep(0)


# @end
async def fetch(name):
    await asyncio.sleep(0)
    raise TimeoutError(f"{name} did not answer within {varied.number()} ms")


async def fetch_all():
    async with asyncio.TaskGroup() as group:
        for index in range(2 + varied.SEED % 3):
            group.create_task(fetch(f"https://{varied.host()}/v1/orders/{index}"))


async def store(name):
    await asyncio.sleep(0)
    raise TimeoutError(f"{name} did not answer within {varied.number()} ms")


async def store_all():
    async with asyncio.TaskGroup() as group:
        for index in range(2 + varied.SEED % 3):
            group.create_task(store(f"https://{varied.host()}/v1/orders/{index}"))


# @shift
async def gathered():
    await asyncio.gather(*(poll(index) for index in range(3)))


async def poll(index):
    await asyncio.sleep(0)
    return [][index]


async def slow():
    await asyncio.wait_for(asyncio.sleep(5), 0.01)


def in_pool():
    with concurrent.futures.ThreadPoolExecutor() as pool:
        return list(pool.map(halve, ["a", "b"]))


def halve(value):
    return value / 2


# @shift
def in_thread():
    caught = []
    threading.excepthook = lambda arguments: caught.append(arguments.exc_value)
    thread = threading.Thread(target=work, args=(varied.uid(),))
    thread.start()
    thread.join()
    raise caught[0]


def work(job):
    return job.nothing


@contextlib.contextmanager
def transaction():
    yield None


def commit():
    with transaction() as connection:
        connection.commit()


def rollback():
    with transaction() as connection:
        connection.rollback()


# @shift
def run_tool():
    subprocess.run([sys.executable, "-c", f"import sys; sys.exit({varied.number() % 100 + 1})"], check=True)


def evaluate():
    exec(f"def formula(x):\n    return x / 0\nformula({varied.number()})", {})


def evaluate_other():
    exec(f"def rule(x):\n    return x / 0\nrule({varied.number()})", {})


def compile_rule():
    compile(f"price == {varied.number()} +* 3", "<rule>", "eval")


def compile_template():
    compile(f"total = ({varied.number()}", "<template>", "exec")


def import_plugin():
    import shop.plugin_that_fails


def no_text():
    assert varied.SEED < 0


# @shift
def no_text_either():
    assert varied.SEED < 0


def first(values):
    return next(iter(values))


def generated():
    def numbers():
        yield 1
        raise OSError(28, "No space left on device", varied.path())

    return list(numbers())


def cleanup():
    try:
        first([])
    finally:
        [].pop()


def groups():
    errors = []
    for function in (run_tool, no_text):
        try:
            function()
        except Exception as error:
            errors.append(error)
    raise ExceptionGroup(f"{len(errors)} of {varied.number()} steps failed", errors)
