// A page read from a folder may not start a worker, and the search is one. It then runs in a hidden frame, in the same way.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(script) {
      super();
      const base = new URL(script, location.href);
      const frame = document.createElement("iframe");
      frame.hidden = true;
      frame.title = "Recherche";
      document.body.append(frame);
      this.inside = frame.contentWindow;
      this.inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      const load = (address) => new Promise((done, failed) => {
        const tag = this.inside.document.createElement("script");
        tag.src = address;
        tag.onload = done;
        tag.onerror = failed;
        this.inside.document.body.append(tag);
      });
      this.inside.importScripts = async (...addresses) => {
        for (const address of addresses) await load(new URL(address, base).href);
      };
      this.ready = load(base.href);
    }

    postMessage(data) {
      this.ready.then(() => this.inside.dispatchEvent(new MessageEvent("message", { data })));
    }

    terminate() {
      this.inside.frameElement.remove();
    }
  };
}
