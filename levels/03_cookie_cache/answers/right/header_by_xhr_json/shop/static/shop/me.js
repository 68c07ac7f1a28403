var ADDRESS = "/me.json";

function draw(me) {
  const nav = document.querySelector(".personal");
  const name = me.name ? `<a href="/account/">${me.name}</a>` : '<a href="/login/">Log in</a>';
  const bubble = me.cart ? ` <span class="bubble">${me.cart}</span>` : "";
  nav.innerHTML = `${name} <a class="cart-link" href="/cart/">Cart${bubble}</a>`;
  const list = document.getElementById("messages");
  for (const message of me.messages) {
    const item = document.createElement("li");
    item.textContent = message;
    list.append(item);
  }
}

var asked = new XMLHttpRequest();
asked.onload = function () { draw(JSON.parse(asked.responseText)); };
asked.open("GET", ADDRESS);
asked.send();
