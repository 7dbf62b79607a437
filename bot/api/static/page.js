// What the page does beyond its forms. Nothing here is needed to acknowledge or to resolve.
"use strict";
