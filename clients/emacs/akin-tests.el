;;; akin-tests.el --- Tests of akin.el against the real server  -*- lexical-binding: t; -*-

;;; Commentary:

;; Run by Tests/Clients/emacs.sh in the folder to index, which has akin
;; first on the PATH and AKIN_DATA set to a folder of its own.  The tests
;; go by name, since the later ones search what the first one indexed.

;;; Code:

(require 'akin)
(require 'ert)

(defvar akin-tests--messages nil
  "What `message' was given, the newest first.")

(defmacro akin-tests--with-file (file &rest body)
  "Visit FILE of the folder, keep messages, and run BODY."
  (declare (indent 1))
  `(let ((akin-tests--messages nil))
     (cl-letf (((symbol-function 'message)
                (lambda (format &rest arguments)
                  (when format
                    (push (apply #'format-message format arguments) akin-tests--messages)))))
       (with-current-buffer (find-file-noselect ,file)
         ,@body))))

(defun akin-tests--wait (condition)
  "Wait up to 30 seconds for CONDITION, a function, and return its value."
  (let ((end (+ (float-time) 30)) value)
    (while (and (not (setq value (funcall condition))) (< (float-time) end))
      (accept-process-output nil 0.02))
    value))

(defun akin-tests--said (pattern)
  "Wait for a message that matches PATTERN."
  (akin-tests--wait
   (lambda () (cl-some (lambda (said) (string-match-p pattern said)) akin-tests--messages))))

(defun akin-tests--results (search)
  "Call SEARCH and return the lines of the results, once they are there."
  (when-let ((buffer (get-buffer "*akin*")))
    (kill-buffer buffer))
  (funcall search)
  (akin-tests--wait (lambda () (get-buffer "*akin*")))
  (with-current-buffer "*akin*"
    (split-string (buffer-string) "\n" t)))

(ert-deftest akin-01-program-missing ()
  (let ((akin-command '("no-such-akin")))
    (akin-tests--with-file "src/tide.py"
      (should (string-match-p "no-such-akin is not on"
                              (cadr (should-error (akin-search "x") :type 'user-error)))))))

(ert-deftest akin-02-unknown-folder-says-how ()
  (akin-tests--with-file "src/tide.py"
    (should-not akin--server)
    (akin-search "the sea")
    (should (akin-tests--said "^Akin: .* is not indexed yet; M-x akin-index does it"))))

(ert-deftest akin-03-index-with-progress ()
  (akin-tests--with-file "src/tide.py"
    (akin-index (akin--folder))
    (should-error (akin-index (akin--folder)) :type 'user-error)
    (should (akin-tests--said "4 added, 0 updated, 0 removed"))
    (should (akin-tests--said "^Akin: indexing .*[0-9]%"))
    (should-not akin--indexing)
    (should-not akin--progress)
    (akin-index (akin--folder))
    (should (akin-tests--said "0 added, 0 updated, 0 removed, 4 unchanged"))))

(ert-deftest akin-04-status ()
  (akin-tests--with-file "src/tide.py"
    (akin-status)
    (should (akin-tests--said "4 documents, [0-9]+ chunks, updated 20[0-9-]+T[0-9:]+Z, "))))

(ert-deftest akin-05-search-by-meaning ()
  (akin-tests--with-file "src/tide.py"
    (let ((lines (akin-tests--results
                  (lambda () (akin-search "how do plants get their energy")))))
      (should (string-prefix-p "docs/garden.md:" (car lines))))
    (let ((lines (akin-tests--results (lambda () (akin-search "ask a customer for money")))))
      (should (string-prefix-p "src/mail.py:1" (car lines))))))

(ert-deftest akin-06-next-error-visits ()
  (akin-tests--with-file "src/tide.py"
    (akin-tests--results (lambda () (akin-search "ask a customer for money")))
    (first-error)
    (with-current-buffer (window-buffer)
      (should (equal (buffer-name) "mail.py"))
      (should (= (line-number-at-pos) 1)))
    (next-error)
    (should-not (equal (buffer-name (window-buffer)) "mail.py"))
    (should-error (next-error 100) :type 'user-error)))

(ert-deftest akin-07-similar-leaves-itself-out ()
  (akin-tests--with-file "src/tide.py"
    (let ((lines (akin-tests--results
                  (lambda () (akin-similar (point-min) (point-max))))))
      (should lines)
      (should-not (cl-some (lambda (line) (string-prefix-p "src/tide.py:1" line)) lines)))
    (with-temp-buffer
      (should-error (akin-similar (point-min) (point-max)) :type 'user-error))))

(ert-deftest akin-07-similar-to-a-result ()
  (akin-tests--with-file "src/tide.py"
    (akin-tests--results (lambda () (akin-search "how do plants get their energy")))
    (let (title places)
      (with-current-buffer "*akin*"
        (should (string-prefix-p "docs/garden.md:1" (buffer-string)))
        (goto-char (point-min))
        (cl-letf (((symbol-function 'akin--arrival)
                   (lambda (_folder)
                     (lambda (found hits)
                       (setq title found
                             places (mapcar #'akin--hit-file hits))))))
          (call-interactively #'akin-similar))
        (akin-tests--wait (lambda () title)))
      (should (equal title "like garden.md:1"))
      (should places)
      (should-not (cl-some (lambda (file) (string-suffix-p "garden.md" file)) places)))))

(ert-deftest akin-08-newest-search-wins ()
  (akin-tests--with-file "src/tide.py"
    (let ((lines (akin-tests--results (lambda ()
                                        (akin-search "how do plants get their energy")
                                        (akin-search "ask a customer for money")))))
      (should (string-prefix-p "src/mail.py" (car lines))))))

(ert-deftest akin-09-cancel ()
  (let* (code
         (texts (make-vector 4000 "a text that is long enough to keep the encoder at work"))
         (request (akin--ask :embed (list :input texts :dtype "ubinary" :encodingFormat "base64")
                             (lambda (_result) (setq code 'answered))
                             :on-failure (lambda (failure)
                                           (setq code (plist-get failure :code))))))
    (akin--cancel request)
    (akin-tests--wait (lambda () code))
    (should (eql code -32800))))

(ert-deftest akin-10-server-that-dies-is-started-again ()
  (akin-tests--with-file "src/tide.py"
    (let* ((process (jsonrpc--process akin--server))
           (lines (akin-tests--results
                   (lambda ()
                     ;; So that the request still waits when the server dies.
                     (signal-process process 'STOP)
                     (akin-search "how do plants get their energy")
                     (signal-process process 'KILL)))))
      (should (string-prefix-p "docs/garden.md:" (car lines)))
      (should-not (eq process (jsonrpc--process akin--server))))))

(ert-deftest akin-11-server-that-dies-twice-is-told-of ()
  (akin-tests--with-file "src/tide.py"
    (let ((akin-command '("sh" "-c" "read line; echo out of luck >&2; exit 3"))
          (akin--server nil))
      (akin-search "anything")
      (should (akin-tests--said "the server ended twice: out of luck")))))

(ert-deftest akin-12-file-names ()
  (should (equal (akin--hit-file '(:uri "file:///a%20b/%C3%A9.md")) "/a b/é.md"))
  (should (equal (akin--hit-lines '(:range (:start (:line 2 :character 0)
                                            :end (:line 4 :character 0))))
                 '(3 . 4)))
  (should (equal (akin--hit-lines '(:range (:start (:line 2 :character 0)
                                            :end (:line 2 :character 0))))
                 '(3 . 3))))

(ert-deftest akin-13-saved-file-is-found ()
  (let ((file (expand-file-name "docs/fire.md")))
    (akin-tests--with-file file
      (insert "Volcanoes throw out lava.\n")
      (save-buffer)
      (should (string-prefix-p "docs/fire.md:1" (car (akin-tests--results
                                                      (lambda () (akin-search "lava and ashes"))))))
      (kill-buffer))
    (delete-file file)))

(ert-deftest akin-14-another-folder-is-brought-up-to-date ()
  (let ((other (expand-file-name "../lighthouse/")) first)
    (make-directory (expand-file-name ".git" other) t)
    (write-region "The lamp turns once in ten seconds.\n" nil (expand-file-name "lamp.txt" other))
    (call-process "akin" nil nil nil "index" other)
    (write-region "Volcanoes throw out lava.\n" nil (expand-file-name "fire.txt" other))
    (akin-tests--with-file (expand-file-name "lamp.txt" other)
      (let ((akin-folder-function (lambda () other)))
        (dotimes (_ 100)
          (unless (equal first "fire.txt:1")
            (sleep-for 0.1)
            (setq first (car (split-string
                              (car (akin-tests--results
                                    (lambda () (akin-search "lava and ashes"))))))))))
      (should (equal first "fire.txt:1")))))

;; More than ten, in the order in which they were sent.
(ert-deftest akin-15-all-waiting-requests-outlive-a-server ()
  (akin-tests--with-file "src/tide.py"
    (let (answers (process (jsonrpc--process (akin--connect))))
      (signal-process process 'STOP)
      (dotimes (number 12)
        (akin--ask :tokenize (list :input (format "number %d" number))
                   (lambda (result) (push (length (plist-get result :encodings)) answers))
                   :on-failure (lambda (failure) (push (plist-get failure :message) answers))))
      (signal-process process 'KILL)
      (akin-tests--wait (lambda () (= (length answers) 12)))
      (should (equal answers (make-list 12 1))))))

(ert-deftest akin-16-unsaved-buffer-is-searched ()
  (cl-flet ((last-line ()
              (akin-tests--results (lambda () (akin-search "lava and ashes")))
              (with-current-buffer "*akin*"
                (let ((hit (get-text-property (point-min) 'akin-hit)))
                  (cons (file-name-nondirectory (akin--hit-file hit))
                        (cdr (akin--hit-lines hit)))))))
    (akin-tests--with-file "src/tide.py"
      (goto-char (point-max))
      (insert "\nVolcanoes throw out lava.\n")
      (should (equal (last-line) '("tide.py" . 5)))
      (goto-char (point-min))
      (insert "# one\n# two\n")
      (should (equal (last-line) '("tide.py" . 7)))
      (revert-buffer t t t)
      (should-not (equal (last-line) '("tide.py" . 7))))))

(ert-deftest akin-17-places-are-those-of-now ()
  (let ((file (expand-file-name "docs/fire.md")))
    (akin-tests--with-file file
      (insert "Volcanoes throw out lava.\n")
      (save-buffer)
      (kill-buffer))
    (akin-tests--with-file "src/tide.py"
      (akin-tests--results (lambda () (akin-search "lava and ashes")))
      (write-region "# Fire\n\nVolcanoes throw out lava.\n" nil file)
      (first-error)
      (with-current-buffer (window-buffer)
        (should (equal (buffer-name) "fire.md"))
        (should (= (line-number-at-pos) 3))
        (kill-buffer))
      (delete-file file)
      (with-current-buffer "*akin*"
        (goto-char (point-min))
        (should-error (akin-visit) :type 'user-error))
      (should-not (get-file-buffer file)))))

(ert-deftest akin-18-long-selection ()
  (akin-tests--with-file "src/tide.py"
    (with-temp-buffer
      (dotimes (_ 200)
        (insert "Bees carry pollen from one flower to the next, and so the apples grow.\n"))
      (should (akin-tests--results (lambda () (akin-similar (point-min) (point-max))))))))

(ert-deftest akin-19-summaries ()
  (should (equal (akin--first-line "\"\"\"\r\nWhen the tide is high.\r\n") "When the tide is high."))
  (should (equal (akin--first-line "{\n  \"\"\"What it is.\"\"\"") "What it is."))
  (should (equal (akin--summary '(:text "When the tide is high." :location "page=3"))
                 "#page=3  When the tide is high.")))

(ert-deftest akin-20-results-of-a-part-say-so ()
  (akin-tests--with-file "src/tide.py"
    (let ((akin--indexed-folder (akin--folder)) (akin--share 40) title)
      (akin--find "100% sure" (akin--folder) "100% sure" #'always
                  (lambda (found hits)
                    (setq title found)
                    (akin--show title (akin--folder) hits)))
      ;; It ends before the answer comes.
      (setq akin--indexed-folder nil)
      (akin-tests--wait (lambda () title))
      (should (equal title "100% sure  (40% is indexed)"))
      (should (string-prefix-p " 100%% sure  (40%% is indexed)  in "
                               (with-current-buffer "*akin*" header-line-format))))))

(ert-deftest akin-21-how-much-is-embedded ()
  (akin-tests--with-file (expand-file-name "1.txt" (getenv "PARTLY"))
    (let (titles)
      (akin--find "ships" (akin--folder) "what do carts bring" #'always
                  (lambda (title _) (push title titles)))
      (akin-tests--wait (lambda () titles))
      (should (string-match-p "\\`ships  ([0-9]+% is embedded)\\'" (car titles)))))
  (akin-tests--with-file "src/tide.py"
    (let (found)
      (akin--find "nothing" (akin--folder) "zqxvw frobnicate" #'always
                  (lambda (title hits) (setq found (cons title hits))))
      (akin-tests--wait (lambda () found))
      (should (string-match-p "\\`nothing  (no good match, best -?0\\.[0-9][0-9])\\'" (car found)))
      (should-not (cdr found))))
  (should (equal (akin--titled "a" nil 0.999) "a  (99% is embedded)"))
  (should (equal (akin--titled "a" 40 0.3) "a  (40% is indexed)"))
  (should (equal (akin--titled "a" nil 1) "a")))

(provide 'akin-tests)
;;; akin-tests.el ends here
