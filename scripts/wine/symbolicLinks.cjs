// Wine 8 makes no symbolic link that leads anywhere: on Windows the real path is that of the target.
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'links-')));
const [target, link] = ['target', 'link'].map((name) => path.join(directory, name));
fs.writeFileSync(target, '');
fs.symlinkSync(target, link);
let found;
try {
  found = fs.realpathSync(link);
} catch ({ code }) {
  found = code;
}
fs.writeSync(1, `the link leads to ${found}\n`);
process.exit(found === target ? 0 : 1);
