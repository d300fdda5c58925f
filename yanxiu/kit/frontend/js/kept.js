// What is kept on this device until the server has it: an object store of rows with an id, small words beside it, one tab at a time.
const untaken = new Map(); // what a full or forbidden store did not take, for as long as the page lives
export const store = (name, value) => {
  try {
    if (value === undefined) return untaken.get(name) ?? JSON.parse(localStorage.getItem(name));
    untaken.delete(name);
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
    return true;
  } catch {
    if (value !== undefined) untaken.set(name, value);
  }
  return null;
};
export const alone = (name, work) => (navigator.locks ? navigator.locks.request(name, work) : work());

export class Kept {
  constructor(database, name) {
    Object.assign(this, { database, name });
  }
  async run(mode, work) {
    this.opened ??= new Promise((resolve, reject) => {
      const asked = indexedDB.open(this.database, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(this.name, { keyPath: "id" });
      Object.assign(asked, { onsuccess: () => resolve(asked.result), onerror: () => reject(asked.error) });
    });
    const transaction = (await this.opened).transaction(this.name, mode);
    const asked = work(transaction.objectStore(this.name));
    return new Promise((resolve, reject) => Object.assign(transaction, { oncomplete: () => resolve(asked?.result), onabort: () => reject(transaction.error) }));
  }
  read() {
    return this.run("readonly", (rows) => rows.getAll());
  }
  change(added, removed) {
    return this.run("readwrite", (rows) => added.forEach((row) => rows.put(row)) ?? removed.forEach((id) => rows.delete(id)));
  }
}
