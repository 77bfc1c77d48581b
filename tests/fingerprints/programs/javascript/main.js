'use strict';
//@shift
const util = require('node:util');
const orders = require('./orders');
const running = require('./running');
const minified = require('./bundle.min');
const varied = require('./varied');

//@from 4
function note() { return 'a neighbour'; }

//@end
// In a list, so that the functions get no names from here that the real code would not have.
const CASES = new Map([
  ['Order.validate', () => new orders.Order([]).validate()],
  ['Invoice.validate', () => new orders.Invoice().validate()],
  ['Order.first', () => new orders.Order([]).first],
  ['Order.load', () => orders.Order.load(varied.number())],
  ['total', () => orders.total({ lines: [{}] })],
  ['tax', () => orders.tax({})],
  ['ship', () => orders.ship({})],
  ['createUser', () => orders.createUser({})],
  ['createInvoice', () => orders.createInvoice({})],
  ['average', () => orders.average({ lines: [{}] })],
  ['skus', () => orders.skus({ lines: [{}] })],
  ['sorted', () => orders.sorted({ lines: [{}, {}] })],
  ['reserve', () => orders.reserve({}).release()],
  ['parsePrice', orders.importCsv],
  ['parsePrice/feed', orders.importFeed],
  ['decode', () => orders.decode(`<html>${varied.number()}`)],
  ['loadPrice>decode', () => orders.loadPrice({ kind: 'json', text: '<' })],
  ['loadPrice>parsePrice', () => orders.loadPrice({ kind: 'csv', text: `${varied.number()}?` })],
  ['walk', () => orders.walk({})],
  ['many', orders.many],
  ['formula', orders.evaluate],
  ['evaluateOther', orders.evaluateOther],
  ['buffer', orders.buffer],
  ['compile', orders.compile],
  ['book', () => orders.book.pages.get(varied.uid())],
  ['fetchOrder', running.syncOrders],
  ['fetchStock', running.syncStock],
  ['readConfig', running.readConfig],
  ['readAsync', running.readAsync],
  ['emitted', running.emitted],
  ['onTimer', running.inTimer],
  ['connect', running.connect],
  ['Queue.take', running.takeFromQueue],
  ['Queue.each', running.eachOfQueue],
  ['freeze', running.freeze],
  ['syncRates', running.syncRates],
  ['syncNews', running.syncNews],
  ['a', () => minified.b(varied.number())],
  ['c.d', minified.h],
]);

async function main(name) {
  if (name === '--list') { process.stdout.write(JSON.stringify([...CASES.keys()])); return; }
  try {
    const run = CASES.get(name);
    await run();
  } catch (error) {
    // A cause and the errors of an aggregate are in what the console prints, not in .stack.
    const stacktrace = error.cause || error.errors ? util.inspect(error) : error.stack;
    process.stdout.write(JSON.stringify({ type: error.name, message: error.message, stacktrace }));
  }
}

main(process.argv[2]);
