// Fulfils a few orders from a small warehouse and prints what became of them.
//
//   node main.js          tells of shortages on stderr, and exits with 0
//   node main.js --fail   takes a shortage for a failure, and exits with 3
import { Warehouse } from './warehouse.js';

const SHORTAGE_EXIT_CODE = 3;

const stock = [
  { sku: 'A-100', name: 'Hex bolt', priceCents: 12, quantity: 500, counted: '2024-03-01T08:00:00Z' },
  { sku: 'A-200', name: 'Lock nut', priceCents: 9, quantity: 40, counted: '2024-03-01T08:20:00Z' },
  { sku: 'B-100', name: 'Größe 3 Schlüssel', priceCents: 1490, quantity: 7, counted: '2024-02-27T16:45:00Z' },
];

const orders = [
  { customer: 'Ada', lines: { 'A-100': 120, 'B-100': 1 } },
  { customer: 'Grace', lines: { 'A-200': 60 } },
  { customer: 'Edsger', lines: { 'A-100': 30, 'B-100': 2 } },
];

function fulfil(warehouse, order) {
  const receipt = { customer: order.customer, totalCents: 0, shortages: [] };
  for (const [sku, wanted] of Object.entries(order.lines)) {
    const { item, taken, missing } = warehouse.take(sku, wanted);
    receipt.totalCents += item.priceCents * taken; // demo: price
    if (missing > 0) receipt.shortages.push({ name: item.name, missing });
  }
  return receipt;
}

function report({ customer, totalCents, shortages }) {
  console.log(`${customer.padEnd(8)} ${formatCents(totalCents)}`);
  for (const { name, missing } of shortages) console.error(`${customer} lacks ${missing} x ${name}`);
}

function formatCents(cents) {
  return `${(cents / 100).toFixed(2).padStart(8)} EUR`;
}

const warehouse = new Warehouse(stock);
const receipts = orders.map((order) => fulfil(warehouse, order));
receipts.forEach(report);
console.log(`left     ${formatCents(warehouse.worthCents())}`); // demo: end

const short = receipts.some(({ shortages }) => shortages.length > 0);
if (short && process.argv.includes('--fail')) process.exitCode = SHORTAGE_EXIT_CODE;
