;; eglot as it is, in a folder that is indexed: workspace symbols are a search by meaning, and what is typed and not saved
;; is searched as it stands. Usage: emacs -Q --batch -L … -l eglot.el, in the folder; AKIN is the program.
(require 'eglot)
(require 'python)

(defun ok (condition what)
  (princ (format "%s %s\n" (if condition "ok" "FAILED") what)))

(defun names (query)
  "The names of the symbols that eglot finds for QUERY."
  (mapcar #'xref-item-summary (xref-backend-apropos 'eglot query)))

(setq inhibit-message t
      eglot-sync-connect 30
      eglot-server-programs (list (list 'python-mode (getenv "AKIN") "serve")))
(find-file "src/tide.py")
(apply #'eglot (eglot--guess-contact))
(ok (eglot-managed-p) "eglot is connected")
(ok (equal (car (names "when does the water rise")) "def high_water(harbour, day):")
    "a symbol is found by what it means")
(goto-char (point-max))
(insert "\n\ndef full_moon(day):\n    \"\"\"Whether the whole moon is lit.\"\"\"\n")
(eglot--signal-textDocument/didChange)
(let ((found (car (xref-backend-apropos 'eglot "full moon"))))
  (ok (and (equal (xref-item-summary found) "def full_moon(day):")
           (= (xref-location-line (xref-item-location found)) 6))
      "what is not saved is found where it stands"))
(set-buffer-modified-p nil)
(eglot-shutdown (eglot-current-server))
(ok (not (eglot-current-server)) "eglot ends the server")
