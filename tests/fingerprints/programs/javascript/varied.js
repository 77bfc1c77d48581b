'use strict';
// What differs from run to run: ids, hosts, users.
const SEED = Number(process.env.SHOP_SEED || 1);
let state = SEED * 2654435761 % 4294967296;
const number = () => { state = (state * 1664525 + 1013904223) % 4294967296; return state % 900000 + 10; };
const uid = () => [1, 2, 3, 4].map(() => number().toString(16).padStart(8, '0')).join('');
const host = () => ['db-3.internal', 'cache7.eu.example.com', '10.1.7.22'][number() % 3] + ':' + (number() % 9000 + 1000);
const user = () => ['alice', 'bob', 'carol'][number() % 3] + number() % 100;
module.exports = { SEED, number, uid, host, user };
