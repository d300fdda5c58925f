// Counts as 「不少于 1000 字」 means it: a Han character is one, a Latin word or number is one; blanks and marks are none.
const HAN = /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[\ud840-\ud8bf][\udc00-\udfff]/g;
const WORD = /[A-Za-z0-9]+(?:['’.-][A-Za-z0-9]+)*/g;

export const words = () => ({
  count: 0,
  init() {
    this.look();
  },
  look() {
    const text = this.$root.querySelector("textarea").value;
    this.count = (text.match(HAN) || []).length + (text.match(WORD) || []).length;
  },
  get enough() {
    return this.count >= Number(this.$root.dataset.least || 0);
  },
  get tone() {
    return { "yx-ok": this.enough };
  },
});
