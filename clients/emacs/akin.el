;;; akin.el --- Search by meaning with a local model  -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The Akin authors

;; Author: The Akin authors
;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1"))
;; Keywords: matching, tools, convenience
;; URL: https://akin.example/emacs
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Akin finds text that means the same, on this machine.  The commands
;; search the project that a buffer belongs to: its code and its prose,
;; by what they say rather than by the words they use.
;;
;;   M-x akin-index    index the project, with a progress report
;;   M-x akin-search   results in a buffer, as you type the query
;;   M-x akin-similar  what means the same as this line, or the region
;;   M-x akin-status   what is indexed, and by which model
;;   M-x akin-results  results that came while something else was done
;;
;; `next-error' and `previous-error' go through the results.  The
;; program "akin" must be on `exec-path'; it is started by the first
;; command.

;;; Code:

(require 'akin-server)
(require 'cl-lib)
(require 'compile)
(require 'pulse)
(require 'subr-x)
(require 'url-parse)
(require 'url-util)

(defcustom akin-limit 30
  "How many results a search has at most."
  :group 'akin
  :type 'natnum)

(defcustom akin-ranking "hybrid"
  "Whether a search goes by meaning, by the words themselves, or by both."
  :group 'akin
  :type '(choice (const "semantic") (const "keyword") (const "hybrid")))

(defcustom akin-delay 0.1
  "Seconds without a key before a search as you type; nil for no such search."
  :group 'akin
  :type '(choice number (const :tag "Search at RET only" nil)))

(defvar akin-history nil
  "Queries of earlier searches.")

;;; Places

(defun akin--hit-file (hit)
  "Return the path of the file that HIT is in, or nil."
  (when-let ((uri (plist-get hit :uri)))
    (decode-coding-string
     (url-unhex-string (url-filename (url-generic-parse-url uri))) 'utf-8)))

(defun akin--hit-lines (hit)
  "Return the first and last line of HIT, from 1, as a cons.
An end at column 0 belongs to the line before."
  (let* ((range (plist-get hit :range))
         (first (plist-get (plist-get range :start) :line))
         (end (plist-get range :end))
         (last (plist-get end :line)))
    (cons (1+ first)
          (if (and (zerop (plist-get end :character)) (> last first))
              last
            (1+ last)))))

;;; Results

(defvar-local akin--folder nil
  "The folder whose results this buffer shows.")

(defvar-local akin--visited nil
  "Whether a result of this buffer was visited.")

(defvar akin-results-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "RET") #'akin-visit)
    (define-key map [mouse-2] #'akin-visit)
    (define-key map "n" #'next-error-no-select)
    (define-key map "p" #'previous-error-no-select)
    (define-key map (kbd "C-c C-f") #'next-error-follow-minor-mode)
    map)
  "Keys in a buffer of results.")

(define-derived-mode akin-results-mode special-mode "Akin"
  "Results of a search by meaning, the best first.
\\{akin-results-mode-map}"
  (setq truncate-lines t
        next-error-function #'akin--next-error))

(defun akin--first-line (text)
  "Return the first line of TEXT with a letter or a digit.
Brackets and quotation marks say nothing."
  (let ((lines (split-string text "[\r\n]+" t "[ \t]+")))
    (string-trim (or (cl-find-if (lambda (line) (string-match-p "[[:alnum:]]" line)) lines)
                     (car lines)
                     "")
                 "[\"']*" "[\"']*")))

(defun akin--summary (hit)
  "Return the first line of HIT with a letter or a digit.
Its heading (\"Outer > Inner\") is put before a line that does not say
that itself; and before that the place in a document whose bytes are not
its text (\"#page=3\"), of which a line is no place to open."
  (let* ((line (akin--first-line (plist-get hit :text)))
         (heading (or (plist-get hit :heading) ""))
         (inner (string-trim (car (last (split-string heading ">"))))))
    (concat (when-let ((location (plist-get hit :location)))
              (concat "#" location "  "))
            (if (string-search inner line)
                line
              (concat heading ": " line)))))

(defun akin--insert-hit (hit)
  "Insert a line for HIT."
  (let ((start (point)))
    (insert (propertize (file-relative-name (akin--hit-file hit) akin--folder)
                        'face 'compilation-info)
            ":"
            (propertize (number-to-string (car (akin--hit-lines hit)))
                        'face 'compilation-line-number)
            (let ((score (or (plist-get hit :similarity) (plist-get hit :score))))
              ;; Five columns either way: a cosine may be below zero.
              (propertize (format (if (< score 0) "  %.2f  " "  %.3f  ") score)
                          'face 'shadow))
            (akin--summary hit))
    (add-text-properties start (point) (list 'akin-hit hit 'mouse-face 'highlight))
    (insert "\n")))

(defun akin--show (title folder hits)
  "Show HITS in FOLDER under TITLE in the buffer of results, and return that."
  (let ((buffer (get-buffer-create "*akin*")))
    (with-current-buffer buffer
      (akin-results-mode)
      (setq akin--folder folder
            default-directory (file-name-as-directory folder)
            header-line-format (string-replace
                                ;; What a % in a query begins is no construct.
                                "%" "%%"
                                (format " %s  in %s" title (abbreviate-file-name folder))))
      (let ((inhibit-read-only t))
        (erase-buffer)
        (mapc #'akin--insert-hit hits)
        (when (null hits)
          (insert "Nothing found.\n")))
      (goto-char (point-min)))
    (when-let ((window (display-buffer buffer)))
      (set-window-point window (with-current-buffer buffer (point-min))))
    (setq next-error-last-buffer buffer)
    buffer))

(defun akin-visit ()
  "Go to the place of the result at point."
  (interactive)
  (when-let ((event (and (mouse-event-p last-input-event) last-input-event)))
    (mouse-set-point event))
  (let ((hit (or (get-text-property (point) 'akin-hit)
                 (user-error "No result here"))))
    (unless (akin--is-there hit)
      (user-error "%s is gone; search again" (file-name-nondirectory (akin--hit-file hit))))
    (setq akin--visited t)
    (pop-to-buffer (find-file-noselect (akin--hit-file hit)))
    (akin--go-to hit)))

(defun akin--is-there (hit)
  "Return whether there is something to go to of HIT.
Of a file that is gone only a new buffer would be opened."
  (when-let ((file (akin--hit-file hit)))
    (or (file-readable-p file) (find-buffer-visiting file))))

(defun akin--line-now (hit)
  "Return the number of the line of this buffer where HIT is now.
That is where its first line is, nearest to where it was."
  (let* ((number (car (akin--hit-lines hit)))
         (wanted (string-trim (car (split-string (plist-get hit :text) "[\r\n]"))))
         (pattern (concat "^[ \t]*" (regexp-quote wanted) "[ \t\r]*$"))
         nearest)
    (save-excursion
      (goto-char (point-min))
      (while (and (not (string-empty-p wanted)) (re-search-forward pattern nil t))
        (let ((line (line-number-at-pos (match-end 0))))
          (when (or (null nearest) (< (abs (- line number)) (abs (- nearest number))))
            (setq nearest line)))
        (forward-line 1)))
    (or nearest number)))

(defun akin--go-to (hit)
  "Move to the place of HIT in the current buffer, and let its lines flash."
  (pcase-let ((`(,first . ,last) (akin--hit-lines hit))
              (column (plist-get (plist-get (plist-get hit :range) :start) :character)))
    (widen)
    (goto-char (point-min))
    (let ((now (akin--line-now hit)))
      (setq last (+ last (- now first))
            first now))
    (forward-line (1- first))
    (let ((start (point)))
      (pulse-momentary-highlight-region
       start (save-excursion (forward-line (- (1+ last) first)) (point)))
      (goto-char (min (+ start column) (line-end-position))))))

(defun akin--next-error (n reset)
  "Visit the result N lines on.
Where RESET is non-nil or none was visited yet, 1 is the first result."
  (let ((window (get-buffer-window (current-buffer) t)))
    (when (and window (not reset))
      (goto-char (window-point window)))
    (when reset
      (goto-char (point-min)))
    (let ((before (point))
          (from-top (and (bobp) (> n 0) (or reset (not akin--visited)))))
      (when (or (/= 0 (forward-line (if from-top (1- n) n)))
                (null (get-text-property (point) 'akin-hit)))
        (goto-char before)
        (user-error "No more results")))
    (when window
      (set-window-point window (point))))
  (akin-visit))

;;; Commands

(defvar akin--shown nil
  "The query whose results came while it was being typed.")

(defvar akin--indexing nil
  "The request to index that is under way.")

(defvar akin--indexed-folder nil
  "The folder that is being indexed.")

(defvar akin--share 0
  "How much of `akin--indexed-folder' is indexed, in percent.")

(defvar akin--search nil
  "The search whose answer is waited for.")

(defun akin--titled (title indexed embedded)
  "Return TITLE and of what part of a folder the results are.
INDEXED is how much of it is indexed, in percent, or nil for all of it;
EMBEDDED the share of that which is found by its meaning too, 0 to 1."
  (cond (indexed (format "%s  (%d%% is indexed)" title indexed))
        ((and embedded (< embedded 1))
         (format "%s  (%d%% is embedded)" title (floor (* 100 embedded))))
        (t title)))

(defun akin--no-match (result)
  "Return what to say where nothing is near the query of RESULT, or nil."
  (let ((best (plist-get result :noGoodMatch)))
    (when (and best (numberp (aref best 0)))
      (format "(no good match, best %.2f)" (aref best 0)))))

(defun akin--find (title folder query keep on-done &optional more)
  "Search FOLDER for QUERY, and hand over the hits that KEEP accepts.
ON-DONE is called with a title, which is TITLE and how much of FOLDER is
indexed or embedded, and the hits.  MORE are other parameters of the search.  An
earlier search that has no answer yet is cancelled."
  (akin--cancel akin--search)
  ;; The answer is of what is there when the question is asked.
  (let ((share (and (equal folder akin--indexed-folder) akin--share))
        this)
    (setq this
          (akin--ask
           :search `(:collection ,folder :query ,query :topK ,akin-limit
                     :mode ,akin-ranking
                     ;; While it is being indexed, what is there is searched.
                     ,@(when share '(:awaitChanges :json-false))
                     ,@more)
           (lambda (result)
             (when (eq this akin--search)
               (setq akin--search nil)
               (let ((no-match (and (not share) (akin--no-match result))))
                 (funcall on-done
                          (if no-match (concat title "  " no-match)
                            (akin--titled title share (plist-get result :embeddedShare)))
                          (unless no-match
                            (cl-remove-if-not
                             (lambda (hit) (and (akin--is-there hit) (funcall keep hit)))
                             (append (aref (plist-get result :results) 0) nil)))))))
           :on-failure
           (lambda (failure)
             (when (eq this akin--search)
               (setq akin--search nil)
               (akin--complain failure))))
          akin--search this)))

(defvar akin--late nil
  "Title, folder and hits that came while something else was being done.")

(defun akin--announcement (before)
  "Return a line about results that wait, after BEFORE, or nil.
Progress of indexing carries it, and so leaves it on the screen."
  (when-let ((late akin--late))
    (concat before (format "M-x akin-results shows %d results for %s"
                           (length (nth 2 late)) (car late)))))

(defun akin--place ()
  "Return where the user is now."
  (list (selected-window) (window-buffer) (buffer-chars-modified-tick (window-buffer))))

(defun akin--arrival (folder)
  "Return a function for results of FOLDER that come when they are ready.
They are shown, and get the focus, where the user still is where they
were asked for, with nothing half typed; else they are announced."
  (let ((place (akin--place)) (point (window-point)))
    (lambda (title hits)
      (cond ((and (equal place (akin--place))
                  (not (active-minibuffer-window))
                  (not (input-pending-p)))
             (setq akin--late nil)
             (let ((has-moved (/= point (window-point)))
                   (buffer (akin--show title folder hits)))
               ;; Who has moved on in the buffer goes on there.
               (unless has-moved
                 (pop-to-buffer buffer))))
            (t
             (setq akin--late (list title folder hits))
             (message "%s" (akin--announcement "Akin: ")))))))

;;;###autoload
(defun akin-results ()
  "Show the results that were announced last, or else the ones before."
  (interactive)
  (if akin--late
      (pop-to-buffer (apply #'akin--show (prog1 akin--late (setq akin--late nil))))
    (pop-to-buffer (or (get-buffer "*akin*") (user-error "There are no results")))))

(defun akin--read-query ()
  "Read a query, and show its results while it is being typed.
Quitting brings back the windows as they were."
  (let ((folder (akin--folder))
        (windows (current-window-configuration))
        (typed "")
        timer)
    (setq akin--shown nil)
    (cl-flet ((changed ()
                (let ((query (string-trim (minibuffer-contents-no-properties))))
                  (unless (equal query typed)
                    (setq typed query)
                    (when timer (cancel-timer timer))
                    (unless (string-empty-p query)
                      (setq timer (run-with-timer akin-delay nil #'akin--find query
                                                  folder query #'always
                                                  (lambda (title hits)
                                                    (akin--show title folder hits)
                                                    ;; RET asks again for what is of a part.
                                                    (when (equal title query)
                                                      (setq akin--shown query))))))))))
      (condition-case nil
          (minibuffer-with-setup-hook
              (lambda ()
                (when akin-delay
                  (add-hook 'post-command-hook #'changed nil t)))
            (prog1 (read-string "Search by meaning: " nil 'akin-history)
              (when timer (cancel-timer timer))))
        (quit
         (when timer (cancel-timer timer))
         (akin--cancel akin--search)
         (setq akin--search nil)
         (set-window-configuration windows)
         (signal 'quit nil))))))

;;;###autoload
(defun akin-search (query)
  "Search the current project for what means the same as QUERY.
The results come as you type, the best first."
  (interactive (list (akin--read-query)))
  (when (string-blank-p query)
    (user-error "The query is blank"))
  ;; What is on the screen already is there at once for the next key.
  (if (and (null akin--search)
           (equal (string-trim query) (prog1 akin--shown (setq akin--shown nil))))
      (pop-to-buffer "*akin*")
    (let ((folder (akin--folder)))
      (akin--find query folder query #'always (akin--arrival folder)))))

;;;###autoload
(defun akin-similar (start end)
  "Find what means the same as the text from START to END, that text left out.
Interactively the region, or else the current line; among results, the
place of the one at point."
  (interactive (if (use-region-p)
                   (list (region-beginning) (region-end))
                 (list (line-beginning-position) (line-end-position))))
  (if-let ((hit (get-text-property start 'akin-hit)))
      (pcase-let ((`(,first . ,last) (akin--hit-lines hit)))
        (akin--find-similar (plist-get hit :text) (akin--hit-file hit) first last
                            (file-name-nondirectory (akin--hit-file hit))))
    (akin--find-similar (buffer-substring-no-properties start end)
                        (and buffer-file-name (file-truename buffer-file-name))
                        (line-number-at-pos start t) (line-number-at-pos end t)
                        (buffer-name))))

(defun akin--find-similar (passage file first last name)
  "Find what means the same as PASSAGE, the lines FIRST to LAST of FILE left out.
NAME is what the title calls the file or buffer."
  ;; In a query, quotes would leave only texts that have the same words.
  (let ((text (string-replace "\"" "'" (string-trim passage)))
        (folder (or akin--folder (akin--folder))))
    (when (string-empty-p text)
      (user-error "These lines are blank"))
    (akin--find (format "like %s:%d" name first) folder text
                (lambda (hit)
                  (pcase-let ((`(,hit-first . ,hit-last) (akin--hit-lines hit)))
                    (or (not (equal file (akin--hit-file hit)))
                        (> hit-first last)
                        (< hit-last first))))
                (akin--arrival folder)
                ;; More than the model takes at once is taken in windows.
                '(:overflow "window"))))

;;;###autoload
(defun akin-index (folder)
  "Index FOLDER, the current project's by default, and report progress.
What is indexed already and has not changed is kept."
  (interactive (list (read-directory-name "Index folder: " (file-name-as-directory (akin--folder)) nil t)))
  (when akin--indexing
    (user-error "Already indexing; M-x akin-cancel-index stops it"))
  (let ((reporter (make-progress-reporter "Akin: indexing " 0 100 nil nil 0))
        (token (cl-incf akin--last-token)))
    (setf (alist-get token akin--progress)
          (lambda (value)
            (when-let ((percentage (plist-get value :percentage)))
              (setq akin--share percentage)
              (progress-reporter-update reporter percentage
                                        (concat " " (plist-get value :message)
                                                (akin--announcement "; "))))))
    (cl-flet ((ended ()
                (setq akin--indexing nil
                      akin--indexed-folder nil)
                (setf (alist-get token akin--progress nil 'remove) nil)))
      (setq akin--indexed-folder (directory-file-name (file-truename folder))
            akin--share 0
            akin--indexing
            (akin--ask
             :index/add
             (list :folder (directory-file-name (file-truename folder))
                   :workDoneToken token)
             (lambda (result)
               (ended)
               (cl-destructuring-bind (&key added updated removed unchanged skipped
                                            chunks &allow-other-keys)
                   result
                 (message "Akin: %d added, %d updated, %d removed, %d unchanged%s; %d chunks%s"
                          added updated removed unchanged
                          (if (> skipped 0) (format ", %d left out" skipped) "")
                          chunks
                          (akin--announcement "; "))))
             :on-failure
             (lambda (failure)
               (ended)
               (if (eql (plist-get failure :code) -32800)
                   (message "Akin: stopped; what was indexed so far is kept")
                 (akin--complain failure))))))))

(defun akin-cancel-index ()
  "Stop indexing."
  (interactive)
  (if akin--indexing
      (akin--cancel akin--indexing)
    (user-error "Nothing is being indexed")))

;;;###autoload
(defun akin-status ()
  "Say what is indexed of the current project, and by which model."
  (interactive)
  (akin--ask
   :index/status (list :collection (akin--folder))
   (lambda (status)
     (cl-destructuring-bind (&key name documents chunks updatedAt model
                                  &allow-other-keys)
         status
       (message "Akin: %s: %d documents, %d chunks, updated %s, %s"
                (file-name-nondirectory name) documents chunks updatedAt
                (file-name-nondirectory model))))))

(provide 'akin)
;;; akin.el ends here
