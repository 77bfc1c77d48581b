# @rename address target
from shop import varied


# @shift
def get_rates():
    import urllib3

    address = f"http://127.0.0.1:1/rates/{varied.number()}"
    return urllib3.PoolManager(retries=1).request("GET", address)


def get_stock():
    import requests

    return requests.get(f"http://127.0.0.1:1/stock/{varied.uid()}", timeout=2)


def get_news():
    import requests

    address = f"http://127.0.0.1:1/news/{varied.uid()}"
    return requests.get(address, timeout=2)


# @shift
class Client:
    """One place in which all requests fail: who asked is the bug."""

    def get(self, path):
        return self._request("GET", path)

    def _request(self, method, path):
        raise ConnectionError(f"{method} {path} failed on {varied.host()}")


def sync_rates():
    return Client().get(f"/rates/{varied.number()}")


def sync_stock():
    return Client().get(f"/stock/{varied.number()}")


# @shift
def bad_option():
    import click

    @click.command()
    @click.option("--count", type=int)
    def command(count):
        return count

    command.main(["--count", varied.user()], standalone_mode=False)


def in_callback():
    import click

    @click.command()
    def greet():
        return {}[varied.user()]

    greet.main([], standalone_mode=False)
