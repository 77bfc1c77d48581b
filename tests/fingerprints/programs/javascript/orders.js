'use strict';
//@rename order purchase
//@rename line row
//@rename amount quantity
//@shift
const varied = require('./varied');

class OrderError extends Error {
  constructor(message, options) { super(message, options); this.name = 'OrderError'; }
}

class Order {
  constructor(lines) { this.lines = lines; }

  validate() {
    if (!this.lines.length) throw new OrderError('nothing to validate');
  }

//@shift
  get first() { return this.lines[0].sku; }

  static load(id) { return JSON.parse(`{"id": ${id}`); }
}

class Invoice {
  validate() {
    throw new OrderError('nothing to validate');
  }
}

//@from 4
function describe(order) { return `order ${order}`; }

//@end
function total(order) {
  let amount = 0;
  for (const line of order.lines) amount += line.price.amount;
  return amount;
}

//@shift
function tax(order) { throw new OrderError('invalid order'); }

function ship(order) { throw new OrderError('invalid order'); }

function require_(value, name) {
  if (value === undefined) throw new OrderError(`${name} is required`);
  return value;
}

function createUser(form) { return require_(form.mail, 'id'); }

//@until 4
function createInvoice(form) { return require_(form.number, 'id'); }
//@end
//@from 4
function createInvoice(form) {
  const number = form.number;
  return require_(number, 'id');
}
//@end

//@shift
const average = (order) => order.lines.reduce((sum, line) => sum + line.amount.value, 0) / order.lines.length;

const skus = (order) => order.lines.map((line) => line.sku.toUpperCase());

function sorted(order) { return order.lines.sort(function (line, other) { return line.sku.localeCompare(other.sku); }); }

function reserve(order) {
  return { release: () => { order.stock.count -= 1; } };
}

//@shift
function parsePrice(text) {
  const amount = BigInt(text);
  return amount;
}

function importCsv() { return ['1', `${varied.number()}x`].map(parsePrice); }

function importFeed() {
  const prices = [];
  for (const text of ['1', `${varied.number()}y`]) prices.push(parsePrice(text));
  return prices;
}

function decode(text) { return JSON.parse(text).price; }

function loadPrice(record) {
  try {
    return record.kind === 'json' ? decode(record.text) : parsePrice(record.text);
  } catch (error) {
    throw new OrderError(`cannot load ${varied.uid()} of ${varied.user()}`, { cause: error });
  }
}

//@shift
function walk(node) { return walk({ ...node }); }

function many() {
  const errors = [];
  for (let index = 0; index < 2 + varied.SEED % 3; index += 1) {
    try { total({ lines: [{}] }); } catch (error) { errors.push(error); }
  }
  throw new AggregateError(errors, `${errors.length} of ${varied.number()} failed`);
}

function evaluate() { return eval(`(function formula(x) { return x.y.z; })({})`); }

function evaluateOther() { return new Function('x', 'return x.y.z;')({}); }

function buffer() { return Buffer.alloc(2).readUInt32BE(varied.SEED % 2); }

function compile() { return new RegExp('(' + varied.number()); }

const book = { pages: { get(name) { return undefined.pages[name]; } } };

module.exports = {
  OrderError, Order, Invoice, total, tax, ship, createUser, createInvoice, average, skus, sorted, reserve, importCsv,
  importFeed, loadPrice, walk, many, evaluate, evaluateOther, buffer, compile, book, decode,
};
