'use strict';
//@rename job task
//@shift
const fs = require('node:fs');
const net = require('node:net');
const { EventEmitter } = require('node:events');
const varied = require('./varied');

async function fetchOrder(id) {
  await null;
  throw new Error(`order ${id} not found at ${varied.host()}`);
}

async function fetchStock(id) {
  await null;
  throw new Error(`order ${id} not found at ${varied.host()}`);
}

class Client {
  get(path) { return this.request('GET', path); }

  request(method, path) { throw new Error(`${method} ${path} failed on ${varied.host()}`); }
}

function syncRates() { return new Client().get(`/rates/${varied.number()}`); }

function syncNews() { return new Client().get(`/news/${varied.number()}`); }

//@shift
async function syncOrders() { for (const id of [varied.number()]) await fetchOrder(id); }

//@from 4
async function pause() { await new Promise((done) => setTimeout(done, 1)); }

//@end
async function syncStock() { await Promise.all([fetchStock(varied.uid())]); }

function readConfig() { return fs.readFileSync(`/srv/${varied.user()}/config-${varied.number()}.json`); }

async function readAsync() { return fs.promises.readFile(`/srv/${varied.user()}/config.json`); }

function emitted() {
  const emitter = new EventEmitter();
  emitter.on('job', (job) => { job.run(); });
  emitter.emit('job', {});
}

function inTimer() {
  return new Promise((done, fail) => {
    setTimeout(() => { try { onTimer(); } catch (error) { fail(error); } }, 1);
  });
}

//@shift
function onTimer() { undefinedFunction(varied.number()); }

function connect() {
  return new Promise((done, fail) => net.connect(1, '127.0.0.1').on('error', fail));
}

class Queue {
  #jobs = [];

  async take() { return this.#jobs.shift().id; }

  * each() { yield this.#jobs[0].id; }
}

const takeFromQueue = () => new Queue().take();

const eachOfQueue = () => [...new Queue().each()];

function freeze() { const job = Object.freeze({ id: varied.number() }); job.id = 2; }

module.exports = {
  syncOrders, syncStock, readConfig, readAsync, emitted, inTimer, connect, takeFromQueue, eachOfQueue, freeze,
  syncRates, syncNews,
};
